"""Text in the encodings that people still export: names come out as they were written, and the receipt says which."""

from __future__ import annotations

import codecs

import pytest

from techhealth.ingest import read
from tests.ingest.logs import as_csv, as_lines, call

TEXTS = {
    "latin-1": ["Délai dépassé", "Accès refusé à la ressource", "Zahlungsübersicht", "Größe geändert"],
    "cp1252": ["Zahlungsübersicht – „neu“", "Größe geändert", "Gerät nicht verfügbar – später"],
    "cp1250": ["Płatności", "Usługa niedostępna, spróbuj później", "Błąd połączenia z serwerem"],
    "cp1251": ["Платежи", "Превышено время ожидания ответа", "Ошибка подключения к серверу"],
    "koi8_r": ["Платежи", "Превышено время ожидания ответа", "Ошибка подключения к серверу"],
    "cp1253": ["Πληρωμές", "Σφάλμα σύνδεσης με τον διακομιστή", "Παραγγελίες"],
    "cp1254": ["Ödeme hizmeti", "Bağlantı zaman aşımına uğradı", "Sipariş işlenemedi"],
    "cp932": ["決済サービス", "接続がタイムアウトしました", "サーバーエラー"],
    "euc_jp": ["決済サービス", "接続がタイムアウトしました", "サーバーエラー"],
    "gb18030": ["支付服务", "连接超时", "服务器内部错误"],
    "big5": ["付款服務", "連線逾時", "伺服器內部錯誤"],
    "euc_kr": ["결제 서비스", "연결 시간 초과", "서버 내부 오류"],
}


@pytest.mark.parametrize("encoding", TEXTS)
@pytest.mark.parametrize("write", [as_csv, as_lines])
def test_names_in_an_old_encoding_come_out_as_they_were_written(encoding: str, write) -> None:  # type: ignore[no-untyped-def]
    """The letters give the encoding away; the receipt names it."""
    rows = [call(n, integration=TEXTS[encoding][n % len(TEXTS[encoding])]) for n in range(30)]
    content = write(rows).decode("unicode_escape" if write is as_lines else "utf-8").encode(encoding)

    receipt = read(content).receipt

    assert set(receipt.integration_names) == set(TEXTS[encoding])
    assert receipt.files[0].encoding == encoding


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (codecs.BOM_UTF8 + as_csv([call(integration="Zürich")]), "utf-8-sig"),
        (as_csv([call(integration="Zürich")]).decode().encode("utf-16"), "utf-16"),
        (as_csv([call(integration="Zürich")]).decode().encode("utf-16-be"), "utf-16-be"),
        (as_csv([call(integration="Zürich")]).decode().encode("utf-32"), "utf-32"),
        (as_csv([call(integration="Zürich")]).decode().encode("utf-32-le"), "utf-32-le"),
        (as_csv([call(integration="Zürich")]).decode().encode("utf-32-be"), "utf-32-be"),
        (as_csv([call(integration="Zürich")]), "utf-8"),
        (as_csv([call(integration="Zürich", client=f"é{n}") for n in range(9)]) + b"2026-01-05T00:09:00Z,\xff,GET,/a,200,1,x\n", "utf-8 (damaged)"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)  # fmt: skip
def test_unicode_is_read_with_mark_without_it_and_damaged(content: bytes, encoding: str) -> None:
    """Every width of Unicode is told from its mark or its zeros; one bad byte does not make it another encoding."""
    receipt = read(content).receipt

    assert "Zürich" in receipt.integration_names
    assert receipt.files[0].encoding == encoding


def test_one_word_is_western_european_unless_its_script_is_another() -> None:
    """With little to go by, accents are taken as Western European, and long runs of foreign letters are not."""
    short = read(as_csv([call(integration="Café")]).decode().encode("cp1252")).receipt
    cyrillic = read(as_csv([call(integration="Платежи и заказы")]).decode().encode("cp1251")).receipt

    assert short.integration_names == ("Café",)
    assert cyrillic.integration_names == ("Платежи и заказы",)


@pytest.mark.parametrize(
    ("texts", "encoding"),
    [
        (["Łódź Logistyka", "Żabka", "Wysyłka – zgłoszone"], "cp1250"), (["Řízení služby", "Chyba připojení"], "cp1250"),
        (["Időtúllépés", "Műszaki hiba – később"], "cp1250"), (["Niño, después", "Número – año"], "cp1252"),
        (["Forêt, crème brûlée", "Noël – reçu"], "cp1252"), (["São Paulo – Integração"], "cp1252"), (["Århus – Ørsted"], "cp1252"),
    ],
)  # fmt: skip
def test_central_and_western_letters_are_told_by_the_words_they_make(texts: list[str], encoding: str) -> None:
    """The same bytes are letters in both encodings; only in one do they spell words of one language."""
    rows = [call(n, integration=texts[n % len(texts)]) for n in range(20)]

    receipt = read(as_csv(rows, ";").decode().encode(encoding)).receipt

    assert (set(receipt.integration_names), receipt.files[0].encoding) == (set(texts), encoding)


def test_where_both_spell_words_the_other_encoding_is_named() -> None:
    """One letter that is Spanish here and Polish there settles nothing: the receipt says what else the file may be."""
    receipt = read(as_csv([call(integration="Señal")]).decode().encode("cp1252")).receipt

    assert (receipt.integration_names, receipt.files[0].encoding) == (("Señal",), "latin-1 (or cp1250)")
