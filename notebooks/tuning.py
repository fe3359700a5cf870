# /// script
# [tool.marimo.display]
# theme = "system"
# ///

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="Tuning", css_file="style.css", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from techhealth.errors import TechHealthError
    from techhealth.present import page
    from techhealth.server import logs, workspace
    from techhealth.server.bench import Bench
    from techhealth.server.desk import Desk
    from techhealth.server.naming import asking, given, keep_address, naming

    def show(fragment):
        """Return a fragment of the page for the browser."""
        return mo.Html(str(fragment))

    def control(knob):
        """Return the element that turns a knob."""
        label = page.plain(knob.asked)
        if knob.options:
            chosen = next(text for text, value in knob.options.items() if value == knob.value)
            return mo.ui.dropdown(dict(knob.options), value=chosen, label=label, full_width=True)
        return mo.ui.number(step=knob.step, value=knob.shown, full_width=True, label=label)

    def elements(dictionary):
        """Return the markup of each element of a dictionary."""
        return {key: page.spoken(one.text) for key, one in dictionary.elements.items()}


@app.cell(hide_code=True)
def upload():
    files = mo.ui.file(multiple=True, kind="area", max_size=workspace.LARGEST, label="Drop log files here, or click")
    return (files,)


@app.cell(hide_code=True)
def source(files):
    dropped = [(file.name, file.contents) for file in files.value]
    return (dropped,)


@app.cell(hide_code=True)
def visit(dropped):
    desk = Desk.here()
    stored = logs.choices(desk.store)
    _asked = mo.query_params()
    desk.back(_asked.get("upload"), customer=_asked.get("customer"))
    _label, unknown = logs.asked(stored, customer=_asked.get("customer"), upload=_asked.get("upload"))
    choice = mo.ui.dropdown(list(stored), value=_label, label="Log", full_width=True)
    whose = naming(desk, dropped)
    return choice, desk, stored, unknown, whose


@app.cell(hide_code=True)
def judged(choice, desk, dropped, stored, unknown, whose):
    with mo.status.spinner(title="Reading the log", remove_on_exit=True):
        if dropped or not stored:
            _log, problem = logs.opened(desk, dropped, customer=given(whose))
            keep_address(desk)
        elif choice.value:
            _log, problem = logs.stored(desk.store, stored[choice.value]), None
        else:
            _log, problem = None, unknown or "Choose a log, or drop one."
        bench = Bench(_log, within=desk.within, store=desk.store) if _log else None
    return bench, problem


@app.cell(hide_code=True)
def head(bench, choice, desk, files, problem, said, stored, whose):
    said
    _about = {"upload": bench.log.upload} if bench and bench.log.upload else desk.about
    _head = page.tuning_head(
        bench and bench.log.customer,
        named=bench and bench.named,
        choice=page.Html(choice.text) if stored else None,
        upload=page.Html(files.text),
        problem=problem,
        about=_about,
    )
    show(page.join(page.navigation("tuning", about=_about, held=desk.held), _head, asking(whose, desk)))
    return


@app.cell(hide_code=True)
def saving():
    name = mo.ui.text(label="Name", placeholder="such as stricter", max_length=60)
    _whom = {"This customer": False, "Every customer": True}
    whom = mo.ui.dropdown(_whom, value="This customer", label="Whom it is for")
    save = mo.ui.run_button(label="Save and use")
    return name, save, whom


@app.cell(hide_code=True)
def saved(bench, name, save, whom):
    said, refused = None, None
    if save.value and bench:
        try:
            said = bench.save(name.value, everybody=whom.value)
        except TechHealthError as error:
            refused = str(error)
    return refused, said


@app.cell(hide_code=True)
def starts(bench, said):
    mo.stop(bench is None)
    said
    load = mo.ui.dropdown(list(bench.loadable()), label="Load a policy", full_width=True)
    return (load,)


@app.cell(hide_code=True)
def buttons(bench):
    mo.stop(bench is None)
    undo = mo.ui.dictionary(
        {
            knob.key: mo.ui.button(value=0, on_click=lambda times: times + 1, label="Undo")
            for group in bench.groups()
            for knob in group.knobs
        }
    )
    undo_all = mo.ui.button(value=0, on_click=lambda times: times + 1, label="Undo all")
    return undo, undo_all


@app.cell(hide_code=True)
def knobs(bench, load, undo, undo_all):
    groups = bench.started(load=load.value, undo=undo.value, undo_all=undo_all.value)
    turned = mo.ui.dictionary({knob.key: control(knob) for group in groups for knob in group.knobs})
    return groups, turned


@app.cell(hide_code=True)
def remarks(groups):
    groups
    remarked, remark = mo.state(([], {}))
    return remark, remarked


@app.cell(hide_code=True)
def tried(bench, groups, remark, remarked, turned):
    values = page.meant(groups, turned.value)
    bench.take(values)
    comparison, scaled = bench.compared(), bench.scaled(values)
    if remarked() != (bench.refused, scaled):  # the panel is long: it is sent again only where it says something else
        remark((bench.refused, scaled))
    return comparison, scaled


@app.cell(hide_code=True)
def panel(groups, load, remarked, turned, undo_all):
    _start = {"load": page.Html(load.text), "undo_all": page.Html(undo_all.text)}
    _refused, _scaled = remarked()
    show(page.knobs_panel(groups, elements(turned), refused=_refused, scaled=_scaled, **_start))
    return


@app.cell(hide_code=True)
def effect(bench, comparison, scaled, undo):
    _undo = {key: button for key, button in elements(undo).items() if key not in scaled}
    show(page.effect_card(comparison, bench.tried, bench.turned(), _undo, bench.refused))
    return


@app.cell(hide_code=True)
def figures(comparison):
    show(page.figures_card(comparison))
    return


@app.cell(hide_code=True)
def issues(comparison):
    show(page.moved_card(comparison))
    return


@app.cell(hide_code=True)
def replaying(bench):
    mo.stop(bench is None)
    again = mo.ui.run_button(label="Replay both policies")
    return (again,)


@app.cell(hide_code=True)
def replayed(again, bench, comparison):
    comparison
    _replay, _problem = None, None
    if again.value:
        with mo.status.spinner(title="Judging every day of the log by both policies", remove_on_exit=True):
            try:
                _replay = bench.replayed()
            except TechHealthError as error:
                _problem = str(error)
    show(page.replay_card(_replay, page.Html(again.text), _problem))
    return


@app.cell(hide_code=True)
def keeping(bench, comparison, name, refused, said, save, whom):
    comparison
    _controls = [page.Html(one.text) for one in (name, whom, save)]
    show(page.save_card(bench.used.to_toml(), bench.tried.to_toml(), controls=_controls, said=said, problem=refused))
    return


if __name__ == "__main__":
    app.run()
