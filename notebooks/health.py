# /// script
# [tool.marimo.display]
# theme = "system"
# ///

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Technical health", css_file="style.css", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from techhealth.actions.ticket import Priority
    from techhealth.present import page
    from techhealth.present.report import report_card
    from techhealth.server import reports, workspace
    from techhealth.server.acts import TITLES
    from techhealth.server.desk import Desk
    from techhealth.server.first import health_screen
    from techhealth.server.naming import asking, given, keep_address, naming

    def draw(figure):
        """Return a chart as live markup under its title."""
        return page.place(figure, page.Html(mo.as_html(figure).text))

    def show(fragment):
        """Return a fragment of the page for the browser."""
        return mo.Html(str(fragment))


@app.cell(hide_code=True)
def upload():
    files = mo.ui.file(
        multiple=True,
        kind="area",
        max_size=workspace.LARGEST,
        label=page.ADD,
    )
    return (files,)


@app.cell(hide_code=True)
def source(files):
    dropped = [(file.name, file.contents) for file in files.value]
    return (dropped,)


@app.cell(hide_code=True)
def visit():
    desk = Desk.here()
    _asked = mo.query_params()
    desk.back(_asked.get("upload"), customer=_asked.get("customer"))
    put_back = mo.ui.run_button(label="Put everything back")

    def work(step, *given, **options):
        """Return what a step of the desk gives, telling what is being done."""
        with mo.status.spinner(title="Processing integration data", remove_on_exit=True) as spinner:
            return step(*given, **options, progress=lambda words: spinner.update(subtitle=str(page.el("span", words))))

    return desk, put_back, work


@app.cell(hide_code=True)
def opened(desk, dropped, put_back, work):
    begun = work(desk.open, dropped, put_back=put_back.value)
    return (begun,)


@app.cell(hide_code=True)
def questions(begun):
    asked = mo.ui.dictionary(
        {
            one.key: mo.ui.dropdown(dict(one.options), value=one.chosen, label=one.label, full_width=True)
            for sheet in begun.sheets
            for one in page.questions(sheet)
        }
    )
    return (asked,)


@app.cell(hide_code=True)
def corrected(asked, desk, work):
    first = work(desk.corrected, asked.value)
    return (first,)


@app.cell(hide_code=True)
def choice(desk, first):
    _chosen = desk.customer if desk.customer in first.customers else next(iter(first.customers), None)
    customer = mo.ui.dropdown(first.customers, value=_chosen, label="Customer")
    return (customer,)


@app.cell(hide_code=True)
def owner(desk, dropped):
    whose = naming(desk, dropped)
    return (whose,)


@app.cell(hide_code=True)
def assessed(customer, desk, first, whose, work):
    answer = work(desk.of, customer.value if first.customers else given(whose))
    keep_address(desk)
    shown = answer.assessment
    return answer, shown


@app.cell(hide_code=True)
def nameless(answer, desk, whose):
    answer  # with a name it is kept, and nothing is asked any more
    question = asking(whose, desk)
    return (question,)


@app.cell(hide_code=True)
def navigation(answer, desk):
    answer  # by now it is kept
    show(page.navigation("health", about=desk.about, held=desk.held))
    return


@app.cell(hide_code=True)
def one_integration(answer, desk, shown):
    _asked = mo.query_params().get("integration")
    mo.stop(shown is None or not _asked)
    _elsewhere = page.elsewhere(shown, answer.shared)
    show(page.integration_view(shown, _asked, draw=draw, at=desk.at, elsewhere=_elsewhere))
    return


@app.cell(hide_code=True)
def first_screen(answer, customer, desk, files, question):
    _upload, _choice = page.Html(files.text), page.Html(customer.text)
    show(health_screen(desk, answer, draw=draw, upload=_upload, choice=_choice, asking=question))
    return


@app.cell(hide_code=True)
def breakdown(answer, desk, shown):
    mo.stop(shown is None)
    show(page.breakdown_card(shown, at=desk.views(answer)))
    return


@app.cell(hide_code=True)
def issues(answer, shown):
    mo.stop(shown is None)
    show(page.issues_card(shown, draw=draw, elsewhere=page.elsewhere(shown, answer.shared)))
    return


@app.cell(hide_code=True)
def webhooks(shown):
    mo.stop(shown is None)
    show(page.webhooks_card(shown, draw=draw))
    return


@app.cell(hide_code=True)
def latency(shown):
    mo.stop(shown is None)
    show(page.latency_card(shown, draw=draw))
    return


@app.cell(hide_code=True)
def risk(shown):
    mo.stop(shown is None)
    show(page.risk_card(shown))
    return


@app.cell(hide_code=True)
def recommendations(shown):
    mo.stop(shown is None)
    show(page.recommendations_card(shown))
    return


@app.cell(hide_code=True)
def drafts(answer, desk, question, shown):
    mo.stop(shown is None or question is not None)
    acts = desk.acts(answer)
    about = acts.about(mo.query_params().get("integration"))
    _ticket, _call = acts.ticket(about), acts.call()
    said = mo.ui.dictionary(
        {
            "subject": mo.ui.text(value=_ticket.subject, label="Subject", full_width=True),
            "priority": mo.ui.dropdown([one.value for one in Priority], value=_ticket.priority.value, label="Priority"),
            "description": mo.ui.text_area(value=_ticket.description, label="Description", rows=14, full_width=True),
        }
        if _ticket
        else {}
    )
    starts = mo.ui.text(
        value=acts.starts(_call) if _call else "", label="Day and time, customer's zone", full_width=True
    )
    open_ticket = mo.ui.run_button(label=TITLES[0])
    plan_call = mo.ui.run_button(label=TITLES[1])
    raise_signal = mo.ui.run_button(label=TITLES[2])
    return about, acts, open_ticket, plan_call, raise_signal, said, starts


@app.cell(hide_code=True)
def acted(about, acts, open_ticket, plan_call, raise_signal, said, starts):
    _steps = {
        "ticket": (open_ticket.value, lambda: acts.open_ticket(said.value, issues=about)),
        "call": (plan_call.value, lambda: acts.plan_call(starts.value)),
        "signal": (raise_signal.value, acts.raise_signal),
    }
    _refused = acts.done({name: step for name, (asked, step) in _steps.items() if asked})
    _files = [
        mo.download(one.content, filename=one.name, mimetype=one.mimetype, label=one.label) for one in acts.files()
    ]
    _elements = (
        [*said.elements.values(), open_ticket],
        [starts, plan_call, *_files],
        [raise_signal],
    )
    show(
        page.acts_card(
            [
                page.with_elements(act, [page.Html(one.text) for one in mine], label=label)
                for act, mine, label in zip(acts.standing(_refused, issues=about), _elements, TITLES, strict=True)
            ]
        )
    )
    return


@app.cell(hide_code=True)
def report(answer, desk, shown):
    mo.stop(shown is None)
    _buttons = [
        page.Html(mo.download(one.content, filename=one.name, mimetype=one.mimetype, label=one.label).text)
        for one in reports.offers(answer, within=desk.workspace)
    ]
    show(report_card(_buttons, prints=reports.can_print()))
    return


@app.cell(hide_code=True)
def rejects(answer):
    download = mo.download(
        answer.rejects, filename="rejected-rows.csv", mimetype="text/csv", label=page.download_label(answer.rejected)
    )
    return (download,)


@app.cell(hide_code=True)
def understood(answer, asked, desk, download, put_back, shown):
    _controls = page.Controls(
        elements={key: page.Html(one.text) for key, one in asked.elements.items()},
        refused=desk.refused,
        put_back=page.Html(put_back.text),
        download=page.Html(download.text) if answer.rejected else None,
        kept=desk.kept,
        open=desk.busy,
    )
    show(page.understood(shown and shown.receipt, answer.sheets, _controls))
    return


if __name__ == "__main__":
    app.run()
