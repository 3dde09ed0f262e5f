"""The pages of the sign-in, one question each, and the authorization endpoint to which they lead back."""

from authlib.oauth2 import OAuth2Error
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from services.gateway.authorization.commit import commit
from services.gateway.authorization.store import load
from services.gateway.oauth import running
from services.gateway.oauth.context import new_secret
from services.gateway.oauth.ending import ending
from services.gateway.oauth.reading import read_fields, wanted
from services.gateway.oauth.writes import Answer
from services.gateway.pages.rendering import Mistake, page
from services.gateway.signin import credentials, sessions
from services.gateway.signin.forms import Turn, turn
from services.gateway.signin.scopes import in_words
from services.gateway.state import gateway_of
from shared.db import new_id

WRONG = "The email address or the password is not right. After several attempts, wait a few minutes."
WRONG_CODE = "The code is not right, or has been used. Wait for the next one and enter that."
EXPIRED = "This took too long. Enter your email address to begin again."
LATE = "late"
CROWDED = "Too many people are signing in, so that your password has not been looked at."
PATIENCE = "Go back, wait a few seconds, and send it again."


async def email(request: Request) -> Response:
    """First page: who. Nothing is kept until somebody has answered."""
    at = await turn(request)
    secret, given, mistakes = at.secret or new_secret(), at.fields.get("email", "").strip(), []
    async with at.gateway.database.transaction() as tx:
        waiting = await at.waiting(tx)
        if at.own_form and "@" in given and len(given) <= 254:
            begun = await sessions.begin(tx, given, instead_of=secret)
            answer = at.to("/sign-in/password")
            at.cookie.set(answer, begun.secret)
            return answer
    if request.method == "POST":
        cure = "Enter an email address, like name@example.org.uk" if at.own_form else EXPIRED
        mistakes.append(Mistake("email", cure))
    elif LATE in request.query_params:
        mistakes.append(Mistake("email", EXPIRED))
    values = {"csrf": sessions.csrf_of(secret), "email": given, "client_name": waiting.client_name}
    answer = at.page("sign_in_email.html", waiting, mistakes=mistakes, status=422 if mistakes else 200, **values)
    at.cookie.set(answer, secret)
    return answer


async def password(request: Request) -> Response:
    """Second page: the password. Whether the account exists cannot be told from the answer or its time."""
    if request.method != "POST":
        return await _password(request)
    if credentials.QUEUE.locked():
        return _crowded(request)
    async with credentials.QUEUE:
        return await _password(request)


def _crowded(request: Request) -> Response:
    return page(
        "problem.html",
        status=503,
        headers={"retry-after": "10"},
        sandbox=gateway_of(request).settings.sandbox,
        title="Not signed in",
        detail=CROWDED,
        cure=PATIENCE,
    )


async def _password(request: Request) -> Response:
    at = await turn(request)
    async with at.gateway.database.transaction() as tx:
        visit, waiting = await at.visit(tx), await at.waiting(tx)
        if visit is None or visit.step not in (sessions.PASSWORD, sessions.CODE):
            return _again(at)
        asked = request.method == "POST"
        person = await credentials.attempt(tx, visit.email) if asked else None
    mistakes = []
    if asked:
        if await credentials.matches(at.fields.get("password", ""), person.password_hash if person else None):
            assert person
            async with at.gateway.database.transaction() as tx:
                await sessions.move(tx, visit, sessions.CODE, person_id=person.person_id)
            return at.to("/sign-in/code")
        mistakes.append(Mistake("password", WRONG))
    status = 422 if mistakes else 200
    return at.page(
        "sign_in_password.html", waiting, status=status, mistakes=mistakes, csrf=visit.csrf, email=visit.email
    )


async def code(request: Request) -> Response:
    """Third page: the one-time code, which signs in."""
    at = await turn(request)
    mistakes = []
    async with at.gateway.database.transaction() as tx:
        visit, waiting = await at.visit(tx), await at.waiting(tx)
        if visit is None or visit.step != sessions.CODE:
            return _again(at)
        if request.method == "POST":
            person = await credentials.attempt(tx, visit.email)
            if person and await credentials.use_code(tx, person, at.fields.get("code", ""), at.gateway.vault):
                done = await sessions.complete(tx, visit)
                answer = at.to("/oauth/authorize") if at.query else RedirectResponse("/sign-out", 303)
                at.cookie.set(answer, done.secret)
                return answer
            mistakes.append(Mistake("code", WRONG_CODE))
    return at.page("sign_in_code.html", waiting, mistakes=mistakes, csrf=visit.csrf, status=422 if mistakes else 200)


async def authorize(request: Request) -> Response:
    """The authorization endpoint: asks for a sign-in or a consent where one is missing, else sends the code."""
    at = await turn(request)
    try:
        rows = wanted(read_fields(at.query.encode()))
    except OAuth2Error as error:
        return _unanswerable(at, running.refused(error))
    async with at.gateway.database.reading() as tx:
        person = await sessions.signed_in(tx, at.secret)
        visit = await at.visit(tx)
        context = await load(tx, rows, at.gateway.profile, at.gateway.ring, person)
    said = at.fields.get("agreed") if visit else None
    decided = running.authorize(context, new_id, {"yes": True, "no": False}.get(said or ""))
    if isinstance(decided, running.Ask):
        return await _ask(at, decided, visit)
    answer = await commit(at.gateway.database, decided)
    return RedirectResponse(answer.location, 303) if answer.location else _unanswerable(at, answer)


async def sign_out(request: Request) -> Response:
    """Says who is signed in; ends the session on request."""
    at = await turn(request)
    async with at.gateway.database.transaction() as tx:
        visit = await at.visit(tx)
        if request.method == "POST" and visit:
            await sessions.end(tx, visit.secret)
        person = await sessions.signed_in(tx, at.secret)
    answer = at.page("signed_out.html", person=person, csrf=visit.csrf if visit else "")
    if request.method == "POST" and visit:
        at.cookie.clear(answer)
    return answer


async def log_out(request: Request) -> Response:
    """A front end's user has signed out there: ends that sign-in here, and takes her back; asks where nothing proves whose."""
    at = await turn(request)
    try:
        fields = read_fields(await request.body() if request.method == "POST" else request.scope["query_string"])
        rows = wanted(fields)
    except OAuth2Error:
        return RedirectResponse("/sign-out", 303)
    async with at.gateway.database.reading() as tx:
        asked = ending(await load(tx, rows, at.gateway.profile, at.gateway.ring), fields, new_id)
        here = await sessions.signed_in(tx, at.secret)
    if asked is None or (here and here.person_id != asked.person_id):
        return RedirectResponse("/sign-out", 303)
    async with at.gateway.database.transaction() as tx:
        await sessions.end_sign_in(tx, asked)
        await sessions.end(tx, at.secret or "")
    answer = (
        RedirectResponse(asked.location, 303) if asked.location else at.page("signed_out.html", person=None, csrf="")
    )
    at.cookie.clear(answer)
    return answer


async def _ask(at: Turn, asked: running.Ask, visit: sessions.Visit | None) -> Response:
    if asked.what == "sign_in":
        return at.to("/sign-in/email")
    async with at.gateway.database.reading() as tx:
        waiting = await at.waiting(tx)
    return at.page(
        "consent.html",
        waiting,
        csrf=visit.csrf if visit else "",
        client_name=asked.client.name,
        agency_name=asked.client.agency_name,
        scopes=[in_words(scope) for scope in asked.scope.split()],
    )


def _again(at: Turn) -> Response:
    """Back to the first page; whoever has sent a form is told why."""
    return at.to("/sign-in/email", **({LATE: "1"} if at.request.method == "POST" else {}))


def _unanswerable(at: Turn, answer: Answer) -> Response:
    detail = str(answer.body.get("error_description", ""))
    cure = "Go back to the system that you came from and begin again."
    title = "You cannot sign in from here"
    return at.page("problem.html", status=answer.status, title=title, detail=detail, cure=cure)


ROUTES = [
    Route("/oauth/authorize", authorize, methods=["GET", "POST"]),
    Route("/sign-in/email", email, methods=["GET", "POST"]),
    Route("/sign-in/password", password, methods=["GET", "POST"]),
    Route("/sign-in/code", code, methods=["GET", "POST"]),
    Route("/oauth/logout", log_out, methods=["GET", "POST"]),
    Route("/sign-out", sign_out, methods=["GET", "POST"]),
]
