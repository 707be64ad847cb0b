"""Somebody signed in with matrix-nio, an independent client library, and libolm's encryption.

Arguments: the server's URL, a name, a password, a folder for keys, and "sign-in" or "return" (the same device again).
Says on standard output what happens, one JSON object a line; does what standard input asks for, likewise.
Joins what it is invited to, and answers each message of others that does not begin with "nio".
"""

import asyncio
import json
import os
import sys

import nio

URL, NAME, PASSWORD, FOLDER, HOW = sys.argv[1:6]
SESSION = os.path.join(FOLDER, "session.json")


def say(**facts):
    print(json.dumps(facts), flush=True)


class Person:
    def __init__(self, client):
        self.client = client

    async def invited(self, room, event):
        if event.membership != "invite" or event.state_key != self.client.user_id:
            return
        joined = await self.client.join(room.room_id)
        say(kind="joined", room=room.room_id, ok=isinstance(joined, nio.JoinResponse))

    async def message(self, room, event):
        say(kind="message", room=room.room_id, sender=event.sender, body=event.body, decrypted=event.decrypted)
        if event.sender != self.client.user_id and not event.body.startswith("nio"):
            await self.write(room.room_id, f"nio has read: {event.body}")

    async def undecryptable(self, room, event):
        say(kind="undecryptable", room=room.room_id, sender=event.sender)

    async def write(self, room, body):
        sent = await self.client.room_send(
            room, "m.room.message", {"msgtype": "m.text", "body": body}, ignore_unverified_devices=True
        )
        say(kind="sent", ok=isinstance(sent, nio.RoomSendResponse), body=body)

    async def obey(self):
        reader = asyncio.StreamReader()
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
        while line := await reader.readline():
            order = json.loads(line)
            await self.write(order["room"], order["body"])


async def sign_in(client):
    if HOW == "sign-in":
        answer = await client.login(PASSWORD, device_name="nio")
        if not isinstance(answer, nio.LoginResponse):
            sys.exit(f"could not sign in: {answer}")
        with open(SESSION, "w", encoding="utf-8") as file:
            json.dump([answer.user_id, answer.device_id, answer.access_token], file)
    else:
        with open(SESSION, encoding="utf-8") as file:
            client.restore_login(*json.load(file))
    say(kind="signed-in", user=client.user_id, device=client.device_id, token=client.access_token)


async def main():
    config = nio.AsyncClientConfig(store_sync_tokens=True, encryption_enabled=True, max_timeout_retry_wait_time=1)
    client = nio.AsyncClient(URL, NAME, store_path=FOLDER, config=config)
    person = Person(client)
    client.add_event_callback(person.invited, nio.InviteMemberEvent)
    client.add_event_callback(person.message, nio.RoomMessageText)
    client.add_event_callback(person.undecryptable, nio.MegolmEvent)
    await sign_in(client)
    syncing = asyncio.create_task(client.sync_forever(timeout=10000, full_state=True))
    await client.synced.wait()
    say(kind="synced")
    obeying = asyncio.create_task(person.obey())
    done, _ = await asyncio.wait({syncing, obeying}, return_when=asyncio.FIRST_COMPLETED)
    syncing.cancel()
    await client.close()
    for task in done:
        task.result()


asyncio.run(main())
