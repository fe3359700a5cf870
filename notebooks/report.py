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
    return desk, first


@app.cell(hide_code=True)
def choice(asked, first):
    try:
        _meant, unknown = names.named(str(asked.get("customer") or ""), first.customers), None
    except UsageError as error:
        _meant, unknown = None, str(error)
    customer = mo.ui.dropdown(first.customers, value=_meant, label="Customer")
    _for = {"For ourselves": Audience.INTERNAL, "For the customer": Audience.CUSTOMER}
    _chosen = next((text for text, one in _for.items() if one == asked.get("audience")), "For ourselves")
    audience = mo.ui.radio(_for, value=_chosen, inline=True, label="Reader")
    return audience, customer, unknown


@app.cell(hide_code=True)
def assessed(customer, desk, first, unknown):
    answer = first if unknown else desk.of(customer.value)
    problem = unknown or answer.problem
    shown = None if unknown else answer.assessment
    return answer, problem, shown


@app.cell(hide_code=True)
def made(answer, audience, desk, shown):
    report = shown and reports.written(shown, answer.policy, audience=audience.value, within=desk.workspace)
    return (report,)


@app.cell(hide_code=True)
def navigation(shown):
    show(page.navigation("report", customer=shown and shown.generated_for.customer))
    return


@app.cell(hide_code=True)
def head(answer, audience, customer, desk, files, first, problem, report):
    _buttons = [
        page.Html(mo.download(one.content, filename=one.name, mimetype=one.mimetype, label=one.label).text)
        for one in reports.offers(answer, within=desk.workspace, audiences=[audience.value])
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
            page.missing_card(first.missing) if first.missing else None,
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
