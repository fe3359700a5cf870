"""Small logs as people export them, in bytes."""

from datetime import datetime, timedelta

_START = datetime(2026, 3, 2)  # a Monday


def csv_log(*, days=28, a_day=96, failing=lambda at: False, latency_ms=120, service="Billing API", customer="Globex"):
    """Return calls evenly spread over the days as CSV; `failing` says of an instant whether its call ends in a 500."""
    lines = ["timestamp,customer,service,method,path,status,latency_ms"]
    step = timedelta(days=1) / a_day
    for i in range(days * a_day):
        at = _START + i * step
        status = 500 if failing(at) else 200
        lines.append(f"{at:%Y-%m-%dT%H:%M:%SZ},{customer},{service},GET,/v1/invoices,{status},{latency_ms}")
    return ("\n".join(lines) + "\n").encode()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63606060000000040001f61738550000"
    "000049454e44ae426082"
)
