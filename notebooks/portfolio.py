# /// script
# [tool.marimo.display]
# theme = "system"
# ///

import marimo

__generated_with = "0.25.2"
app = marimo.App(width="full", app_title="All customers", css_file="style.css", html_head_file="head.html")

with app.setup:
    import marimo as mo

    from techhealth.portfolio.order import Order
    from techhealth.present import page
    from techhealth.server import boards

    def show(fragment):
        """Return a fragment of the page for the browser."""
        return mo.Html(str(fragment))


@app.cell(hide_code=True)
def navigation():
    show(page.navigation("portfolio"))
    return


@app.cell(hide_code=True)
def clock():
    again = mo.ui.refresh(default_interval="3s") if boards.is_waiting() else None
    again
    return (again,)


@app.cell(hide_code=True)
def source(again):
    again  # a log may have come meanwhile
    board = boards.board()
    return (board,)


@app.cell(hide_code=True)
def choice():
    order = mo.ui.dropdown({one.capitalize(): one for one in Order}, value="Risk", label="Order by")
    return (order,)


@app.cell(hide_code=True)
def customers(board, order):
    show(page.portfolio_page(board, order=order.value or Order.RISK, choice=page.Html(order.text)))
    return


if __name__ == "__main__":
    app.run()
