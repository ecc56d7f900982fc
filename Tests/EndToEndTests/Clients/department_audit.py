"""Runbook: who is in which department of Zoho Meeting? More calls than the limit allows at a time.

    department_audit.py URL

A call that meets the limit says how long to wait; the audit waits for that long and goes on where it was. Prints one
JSON object: the audit, and what was said about limits.
"""

import asyncio
import json
import sys
import time

from agent import Agent, Failed


class Auditor:
    def __init__(self, agent):
        self.agent = agent
        self.waits = []

    async def call(self, name, /, **arguments):
        """One call; when there have been too many, the same one again after the wait that the error names."""
        while True:
            try:
                return await self.agent.call(name, **arguments)
            except Failed as failure:
                if failure.code != 429:
                    raise
                milliseconds = failure.data["retry_after_ms"]
                self.waits.append(
                    {
                        "tool": name,
                        "message": str(failure),
                        "data": failure.data,
                        "headers": self.agent.limits[-1],
                    }
                )
                began = time.monotonic()
                await asyncio.sleep(milliseconds / 1000)
                self.waits[-1]["waited_ms"] = (time.monotonic() - began) * 1000

    async def pages(self, name, /, **arguments):
        pages, cursor = [], None
        while True:
            page = await self.call(name, **arguments, **({"next_cursor": cursor} if cursor else {}))
            pages.append(page["result"])
            cursor = page.get("next_cursor")
            if not cursor:
                return pages


async def main(url):
    async with Agent(url) as agent:
        auditor = Auditor(agent)
        pages = await auditor.pages("list_all_zoho_meeting_departments", limit=20)
        audit = []
        for department in [department for page in pages for department in page]:
            identifier = department["departmentId"]
            members = await auditor.pages("list_all_zoho_meeting_department_users", departmentId=identifier, limit=20)
            admins = await auditor.pages("zoho_meeting_department_users_list_admins", departmentId=identifier)
            audit.append(
                {
                    "id": identifier,
                    "name": department["departmentName"],
                    "members": [user["userId"] for page in members for user in page],
                    "admins": [user["userId"] for page in admins for user in page],
                }
            )
        print(
            json.dumps(
                {
                    "pages": [len(page) for page in pages],
                    "audit": audit,
                    "waits": auditor.waits,
                    "limits": agent.limits,
                }
            )
        )


asyncio.run(main(*sys.argv[1:]))
