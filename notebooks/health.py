# /// script
# [tool.marimo.display]
# theme = "system"
# ///

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Technical health", css_file="style.css")

with app.setup:
    import marimo as mo

    from techhealth.present import page
    from techhealth.server import workspace

    def draw(figure):
        """Return a chart as live markup under its title."""
        return page.place(figure, page.Html(mo.as_html(figure.chart).text))

    def show(fragment):
        """Return a fragment of the page for the browser."""
        return mo.Html(str(fragment))


@app.cell(hide_code=True)
def upload():
    files = mo.ui.file(
        multiple=True,
        kind="area",
        max_size=workspace.LARGEST,
        label="Drop your log files here, or click: CSV, JSON, NDJSON, plain or gzip, up to 200 MB each",
    )
    return (files,)


@app.cell(hide_code=True)
def source(files):
    dropped = [(file.name, file.contents) for file in files.value]
    return (dropped,)


@app.cell(hide_code=True)
def first_answer(dropped):
    def work(customer=None):
        """Return what to show, telling each step while it works."""
        with mo.status.spinner(title="Processing integration data", remove_on_exit=True) as spinner:
            return workspace.answer(
                dropped,
                within=workspace.folder(),
                customer=customer,
                progress=lambda step: spinner.update(subtitle=str(page.el("span", step))),
            )

    first = work()
    return first, work


@app.cell(hide_code=True)
def choice(first):
    customer = mo.ui.dropdown(first.customers, value=next(iter(first.customers), None), label="Customer")
    return (customer,)


@app.cell(hide_code=True)
def assessed(customer, first, work):
    _again = customer.value is not None and customer.value != next(iter(first.customers), None)
    answer = work(customer.value) if _again else first
    shown = answer.assessment
    return answer, shown


@app.cell(hide_code=True)
def first_screen(answer, customer, files, first, shown):
    show(
        page.first_screen(
            shown,
            draw=draw,
            upload=page.Html(files.text),
            customer=page.Html(customer.text) if len(first.customers) > 1 else None,
            customers=len(first.customers),
            problem=answer.problem,
            sample=answer.sample,
        )
    )
    return


@app.cell(hide_code=True)
def breakdown(shown):
    mo.stop(shown is None)
    show(page.breakdown_card(shown))
    return


@app.cell(hide_code=True)
def issues(shown):
    mo.stop(shown is None)
    show(page.issues_card(shown, draw=draw))
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
def understood(shown):
    mo.stop(shown is None)
    show(page.understood(shown.receipt))
    return


if __name__ == "__main__":
    app.run()
