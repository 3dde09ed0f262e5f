// Watches where the Tab key leads on a page. `begin` says how often to press it; `judge` what was wrong, in words.
(() => {
    const REACHABLE = "a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex='0']";
    const look = (one) => {
        const s = getComputedStyle(one);
        return [s.outlineStyle, s.outlineWidth, s.outlineColor, s.boxShadow, s.backgroundColor, s.borderColor].join();
    };
    // Of radio buttons that belong together, Tab reaches one; the arrows do the rest.
    const leads = (one) => one.type !== "radio" || document.querySelector(`[name="${one.name}"]`) === one;
    const named = (one) => one.outerHTML.slice(0, 200);
    let expected, plain, reached, watching;

    window.tabbing = {
        begin() {
            expected = [...document.querySelectorAll(REACHABLE)].filter((one) => one.checkVisibility() && leads(one));
            document.body.tabIndex = -1;
            document.body.focus();
            document.body.removeAttribute("tabindex");
            plain = expected.map(look);
            reached = [];
            watching = new AbortController();
            const note = ({ target }) => reached.push({ one: target, look: look(target), box: target.getBoundingClientRect() });
            document.addEventListener("focusin", note, { signal: watching.signal });
            return expected.length;
        },
        judge() {
            watching.abort();
            const wrong = [];
            expected.forEach((one, place) => {
                const at = reached[place];
                if (at?.one !== one) wrong.push(`Tab ${place + 1} leads to ${at ? named(at.one) : "nothing"}, not to ${named(one)}`);
                else if (at.look === plain[place]) wrong.push(`nothing shows that ${named(one)} has the focus`);
                else if (!at.box.width || at.box.x < 0) wrong.push(`${named(one)} has the focus where nobody sees it`);
            });
            if (document.activeElement === expected.at(-1)) wrong.push(`the focus cannot leave ${named(expected.at(-1))}`);
            return wrong;
        },
    };
})();
