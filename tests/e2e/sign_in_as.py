"""A made-up person at her browser: opens the address of a sign-in, signs in, and follows where it leads."""

import asyncio
import sys

import aiohttp
import pyotp

from services.gateway.sandbox.cast import PASSWORD, player
from services.gateway.sandbox.token import Browser


async def sign_in(role: str, short: str, address: str) -> None:
    """Go through the pages until the front end's own address has been opened."""
    one = player(short, role)
    origin = "/".join(address.split("/")[:3])
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        browser = Browser(session, origin)
        email = (await browser.get(address)).location
        password = (await browser.answer(email, email=one.email)).location
        code_page = (await browser.answer(password, password=PASSWORD)).location
        back = await browser.answer(code_page, code=pyotp.TOTP(one.totp_secret).now())
        await browser.get((await browser.get(back.location)).location)


asyncio.run(sign_in(*sys.argv[1:]))
