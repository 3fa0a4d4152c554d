"""How Junos keeps a secret: `$9$`, with salt, so that the same one reads differently each time it is set."""

from __future__ import annotations

import secrets

GROUPS = ("QzF3n6/9CAtpu0O", "B1IREhcSyrleKvMW8LXx", "7N-dVbwsY2g4oaJZGUDj", "iHkq.mPf5T")
LETTERS = "".join(GROUPS)
SALT = {letter: 3 - group for group, letters in enumerate(GROUPS) for letter in letters}
WEIGHTS = ((1, 4, 32), (1, 16, 32), (1, 8, 32), (1, 64), (1, 32), (1, 4, 16, 128), (1, 32, 64))


def obfuscate(secret: str) -> str:
    first = secrets.choice(LETTERS)
    out = first + "".join(secrets.choice(LETTERS) for _ in range(SALT[first]))
    last = first
    for number, octet in enumerate(secret.encode()):
        steps = []
        for weight in reversed(WEIGHTS[number % len(WEIGHTS)]):
            steps.append(octet // weight)
            octet %= weight
        for step in reversed(steps):
            last = LETTERS[(LETTERS.index(last) + step + 1) % len(LETTERS)]
            out += last
    return "$9$" + out


def reveal(text: str) -> str:
    rest = text.removeprefix("$9$")
    last, rest = rest[0], rest[1 + SALT[rest[0]]:]
    out = bytearray()
    while rest:
        weights = WEIGHTS[len(out) % len(WEIGHTS)]
        octet = 0
        for weight, letter in zip(weights, rest):
            octet += ((LETTERS.index(letter) - LETTERS.index(last)) % len(LETTERS) - 1) * weight
            last = letter
        rest = rest[len(weights):]
        out.append(octet)
    return out.decode()
