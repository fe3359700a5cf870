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
    from techhealth.server.naming import asking, given, keep_address, naming

    def draw(figure):
        """Return a chart as live markup under its title."""
        return page.place(figure, page.Html(mo.as_html(figure).text))

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
    dropped = [(file.name, file.contents) for file in files.value]
    with mo.status.spinner(title="Processing integration data", remove_on_exit=True) as _spinner:
        first = desk.open(dropped, progress=lambda words: _spinner.update(subtitle=str(page.el("span", words))))
    whose = naming(desk, dropped)
    return first, whose


@app.cell(hide_code=True)
def assessed(desk, first, whose):
    answer = desk.of(next(iter(first.customers), None) or given(whose))
    keep_address(desk)
    return (answer,)


@app.cell(hide_code=True)
def top(answer, desk, files, whose):
    _head = page.chat_head(
        answer.assessment, upload=page.Html(files.text), problem=answer.problem, missing=answer.missing
    )
    _navigation = page.navigation("chat", about=desk.about, held=desk.held)
    show(page.join(_navigation, _head, asking(whose, desk)))
    return


@app.cell(hide_code=True)
def deeds():
    done, set_done = mo.state(())
    return done, set_done


@app.cell(hide_code=True)
def conversation(answer, desk, set_done):
    _alive = []

    def answered(sentences):
        """Return the answer to the last of some sentences; what was done stands below the conversation, too."""
        _said = talk.conversed(sentences, desk=desk, answer=answer, draw=draw)
        if _said.did:  # the chat drops an answer when somebody goes on before it is there
            set_done(lambda before: (_said.answer, *before))
        return _said.answer

    def reply(messages, _config):
        """Return the answer to the last message, and what can be done; the chat takes an answer with an element as HTML."""
        _sentences = [talk.said(one) for one in messages if one.role == "user"]
        _buttons = [
            mo.ui.button(label=label, on_click=lambda _, text=text: answered([*_sentences, text]))
            for label, text in talk.OFFERED.items()
        ]
        _alive.extend(_buttons)  # a page knows its elements weakly, and the markup alone holds none
        return show(page.talk(answered(_sentences), [page.Html(one.text) for one in _buttons]))

    mo.ui.chat(reply, prompts=list(talk.PROMPTS), show_configuration_controls=False)
    return


@app.cell(hide_code=True)
def results(done):
    show(page.join(*done()))
    return


if __name__ == "__main__":
    app.run()
