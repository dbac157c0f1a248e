"""Messages of our own, with invented people."""

from __future__ import annotations

from datetime import UTC, datetime

from socle.formats import mime

JULIE = mime.Address("Dr Julie LEFÈVRE", "julie.lefevre", "demo.mssante.fr")
DESK = mime.Address("Secrétariat, hôpital", "secretariat", "hopital.mssante.fr")
SENT_AT = datetime(2026, 3, 9, 8, 30, 12, tzinfo=UTC)


def outgoing(**changed: object) -> mime.Outgoing:
    values: dict[str, object] = {
        "sender": JULIE,
        "message_id": "a1@demo.mssante.fr",
        "sent_at": SENT_AT,
        "to": (DESK,),
        "subject": "Compte rendu à relire",
        "text": "Bonjour,\n\nÀ relire.\n",
    }
    return mime.Outgoing(**(values | changed))  # type: ignore[arg-type]


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("utf-8")


NESTED = crlf("""\
From: =?utf-8?q?Julie_Lef=C3=A8vre?= <julie@demo.mssante.fr>
To: desk@hopital.mssante.fr
Subject: =?utf-8?B?UsOpc3Vs?= =?utf-8?B?dGF0?=
Date: Mon, 9 Mar 2026 09:30:12 +0100
Message-ID: <n1@demo.mssante.fr>
In-Reply-To: <n0@demo.mssante.fr>
References: <first@demo.mssante.fr>
 <n0@demo.mssante.fr>
MIME-Version: 1.0
Content-Type: multipart/mixed; boundary="out"

preamble
--out
Content-Type: multipart/alternative; boundary="in"

--in
Content-Type: text/plain; charset=iso-8859-1
Content-Transfer-Encoding: quoted-printable

d=E9j=E0
--in
Content-Type: text/html; charset=utf-8

<p>déjà</p>
--in--
--out
Content-Type: application/pdf
Content-Transfer-Encoding: base64
Content-Disposition: attachment;
 filename*0*=utf-8''r%C3%A9sum;
 filename*1*=%C3%A9.pdf

JVBERi0xLjcK
--out
Content-Type: message/rfc822

Subject: inside
Content-Type: multipart/mixed; boundary="deep"

--deep
Content-Type: application/octet-stream; name="../../etc/passwd"

x
--deep--
--out--
""")
