"""The API of a workspace in this process, asked in the name of a user."""

import json
from datetime import UTC, datetime

import jsonschema

from techhealth.server.access import Keys
from techhealth.server.api.errors import problems
from techhealth.server.application import application
from techhealth.store import add_user, connect
from tests.asgi import HOST, ask

NOW = datetime(2026, 1, 29, tzinfo=UTC)


class Api:
    """The API of an empty workspace, asked in the name of a user."""

    def __init__(self, folder, **options):
        self.store = connect(folder)
        self._token = add_user(self.store, "mara", now=NOW)
        self._app = application(self.store, hosts=(HOST,), keys=Keys(self.store), session_seconds=1, **options)

    def ask(self, path, **options):
        """Return the answer to one request."""
        return ask(self._app, f"/api{path}", authorization=f"Bearer {self._token}", **options)

    def at(self, path, **options):
        """Return the answer of any place of the server to a body."""
        return ask(self._app, path, method="POST", authorization=f"Bearer {self._token}", **options)

    def upload(self, *chunks, query="", **headers):
        """Return the answer to an upload of a raw body, or of a form where the headers say so."""
        return self.ask(f"/integrations/usage/upload{query}", method="POST", body=chunks, **headers)

    def post(self, path, **told):
        """Return the answer to a JSON object."""
        return self.ask(path, method="POST", body=(json.dumps(told).encode(),), content_type="application/json")

    def form(self, *files):
        """Return the answer to an upload of files as a form."""
        parts = b"".join(
            b'--cut\r\nContent-Disposition: form-data; name="file"; filename="%s"\r\n\r\n%s\r\n'
            % (name.encode(), content)
            for name, content in files
        )
        return self.upload(parts + b"--cut--\r\n", content_type="multipart/form-data; boundary=cut")


def told(answer, status):
    """Return the detail of a problem document that is all it should be."""
    assert (status, "application/problem+json") == (answer.status, answer.headers["content-type"])
    jsonschema.Draft202012Validator(problems(400)[400]["content"]["application/problem+json"]["schema"]).validate(
        answer.json
    )
    assert answer.json["status"] == status
    return answer.json["detail"]
