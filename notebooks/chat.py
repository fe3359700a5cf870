# /// script
# [tool.marimo.display]
# theme = "system"
# ///

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Chat", css_file="style.css", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from techhealth.present import page
    from techhealth.server import talk, workspace
    from techhealth.server.desk import Desk

    def draw(figure):
        """Return a chart as live markup under its title."""
        return page.place(figure, page.Html(mo.as_html(figure.chart).text))

    def show(fragment):
        """Return a fragment of the page for the browser."""
        return mo.Html(str(fragment))


@app.cell(hide_code=True)
def upload():
    files = mo.ui.file(multiple=True, kind="area", max_size=workspace.LARGEST, label=page.ADD)
    return (files,)


@app.cell(hide_code=True)
def visit():
    desk = Desk.here()
    _asked = mo.query_params()
    desk.back(_asked.get("upload"), customer=_asked.get("customer"))
    return (desk,)


@app.cell(hide_code=True)
def opened(desk, files):
    with mo.status.spinner(title="Processing integration data", remove_on_exit=True) as _spinner:
        _first = desk.open(
            [(file.name, file.contents) for file in files.value],
            progress=lambda words: _spinner.update(subtitle=str(page.el("span", words))),
        )
        answer = desk.of(next(iter(_first.customers), None))
    return (answer,)


@app.cell(hide_code=True)
def top(answer, files):
    _shown = answer.assessment
    show(
        page.join(
            page.navigation("chat", customer=_shown and _shown.generated_for.customer),
            page.chat_head(_shown, upload=page.Html(files.text), problem=answer.problem, missing=answer.missing),
        )
    )
    return


@app.cell(hide_code=True)
def deeds():
    done, set_done = mo.state(())
    return done, set_done


@app.cell(hide_code=True)
def conversation(answer, desk, set_done):
    def answered(text):
        """Return the answer to a sentence."""
        return talk.answered(text, answer=answer, acts=desk.acts(answer), draw=draw)

    def button(label, text):
        """Return a button that does what a sentence asks for; what came of it stands below the conversation."""
        return mo.ui.button(label=label, on_click=lambda _: set_done(lambda before: (answered(text), *before)))

    def reply(messages, _config):
        """Return the answer to the last message, and what can be done; the chat takes an answer with an element as HTML."""
        _said = talk.said(messages[-1])
        _answer = answered(_said)
        if talk.does(_said, answer):  # the chat drops an answer when somebody goes on before it is there
            set_done(lambda before: (_answer, *before))
        return show(page.talk(_answer, [page.Html(button(*one).text) for one in talk.OFFERED.items()]))

    mo.ui.chat(reply, prompts=list(talk.PROMPTS), show_configuration_controls=False)
    return


@app.cell(hide_code=True)
def results(done):
    show(page.join(*done()))
    return


if __name__ == "__main__":
    app.run()
