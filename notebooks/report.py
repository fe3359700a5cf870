# /// script
# [tool.marimo.display]
# theme = "system"
# ///

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Technical health report", css_file="style.css", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from techhealth.errors import UsageError
    from techhealth.present import page
    from techhealth.present.audience import Audience
    from techhealth.present.report import report_card, report_frame
    from techhealth.server import names, reports, workspace
    from techhealth.server.desk import Desk
    from techhealth.server.naming import asking, given, keep_address, naming

    def show(fragment):
        """Return a fragment of the page for the browser."""
        return mo.Html(str(fragment))


@app.cell(hide_code=True)
def wished():
    asked = {**mo.query_params().to_dict(), **mo.cli_args().to_dict()}
    return (asked,)


@app.cell(hide_code=True)
def upload():
    files = mo.ui.file(multiple=True, kind="button", max_size=workspace.LARGEST, label="Other log files")
    return (files,)


@app.cell(hide_code=True)
def source(asked, files):
    dropped = [(file.name, file.contents) for file in files.value] or reports.files_named(mo.cli_args().get("file"))
    return (dropped,)


@app.cell(hide_code=True)
def opened(asked, dropped):
    desk = Desk.here()
    desk.back(asked.get("upload"), customer=str(asked.get("customer") or ""))
    first = desk.open(dropped)
    whose = naming(desk, dropped)
    return desk, first, whose


@app.cell(hide_code=True)
def choice(asked, first):
    try:
        _meant, unknown = names.named(str(asked.get("customer") or ""), first.customers), None
    except UsageError as error:
        _meant, unknown = None, str(error)
    customer = mo.ui.dropdown(first.customers, value=_meant, label="Customer")
    _for = {"For ourselves": Audience.INTERNAL, "For the customer": Audience.CUSTOMER}
    _wish = asked.get("audience") or Audience.INTERNAL
    audience = mo.ui.radio(
        _for, value={one: text for text, one in _for.items()}.get(_wish), inline=True, label="Reader"
    )
    return audience, customer, unknown


@app.cell(hide_code=True)
def assessed(customer, desk, first, unknown, whose):
    answer = first if unknown else desk.of(customer.value or given(whose))
    keep_address(desk)
    problem = unknown or answer.problem
    shown = None if unknown else answer.assessment
    return answer, problem, shown


@app.cell(hide_code=True)
def made(answer, audience, desk, shown):
    report = (
        reports.written(shown, answer.policy, audience=audience.value, within=desk.workspace, shared=answer.shared)
        if shown and audience.value
        else None
    )
    return (report,)


@app.cell(hide_code=True)
def navigation(answer, desk):
    answer  # by now it is kept
    show(page.navigation("report", about=desk.about, held=desk.held))
    return


@app.cell(hide_code=True)
def head(answer, asked, audience, customer, desk, files, first, problem, report, whose):
    _buttons = [
        page.Html(mo.download(one.content, filename=one.name, mimetype=one.mimetype, label=one.label).text)
        for one in reports.offers(answer, within=desk.workspace, audiences=[audience.value] if audience.value else [])
    ]
    _controls = [audience.text, *([customer.text] if len(first.customers) > 1 else []), files.text]
    show(
        page.join(
            page.el("header.th-head", page.el("h1", "Technical health report")),
            report_card(
                _buttons if report else [],
                prints=reports.can_print(),
                withheld=report.withheld if report else (),
                choice=page.el("div.th-row", *map(page.Html, _controls)),
            ),
            asking(whose, desk),
            page.missing_card(first.missing) if first.missing else None,
            None if audience.value else page.el("p", f"There is no report for {asked['audience']}; choose a reader."),
            page.problem_card(problem) if problem else None,
        )
    )
    return


@app.cell(hide_code=True)
def body(report):
    mo.stop(report is None)
    show(report_frame(report.html))
    return


if __name__ == "__main__":
    app.run()
