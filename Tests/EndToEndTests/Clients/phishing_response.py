"""Runbook: somebody reports mail from a phisher. Find it, drop it, block its sender, and tighten the rules.

    phishing_response.py URL SENDER

Prints one JSON object: what was found, and the end state.
"""

import asyncio
import json
import sys

from agent import Agent


async def held(agent, groups):
    """Messages that wait for a moderator, with the group that they wait in."""
    found = []
    for group in groups:
        zgid = str(group["zgid"])
        for message in await agent.all("list_all_zoho_mail_group_moderation", zgid=zgid):
            found.append((zgid, message))
    return found


async def entries(agent, category):
    return await agent.all("list_all_zoho_mail_organization_spam", spamCategory=category)


async def main(url, sender):
    async with Agent(url) as agent:
        # 1. Where does mail of this sender wait? In the moderation queue of which group?
        groups = await agent.all("list_all_zoho_mail_groups")
        queue = await held(agent, groups)
        caught = [(zgid, message) for zgid, message in queue if message["fromAddress"] == sender]
        assert caught, f"nothing of {sender} is held"
        zgid, message = caught[0]
        read = await agent.call("get_single_zoho_mail_group_moderation_by_id", zgid=zgid, messageId=message["messageId"])
        domain = read["returnPath"].partition("@")[2]

        # 2. Drop exactly that.
        for zgid in {zgid for zgid, _ in caught}:
            await agent.call(
                "zoho_mail_group_moderation_moderate",
                zgid=zgid,
                messageList=[message["messageId"] for group, message in caught if group == zgid],
                status="reject",
            )

        # 3. Refuse the sender, and hold what else comes from there. Each list has a call of its own.
        for category, entry in (("rejectEmail", sender), ("quarantineDomain", domain)):
            await agent.call("zoho_mail_organization_spam_bulk_update", spamCategory=category, **{category: [entry]})

        # 4. Forged senders are refused from now on.
        before = await agent.call("zoho_mail_antispam_spf_get_option")
        await agent.call("zoho_mail_antispam_spf_bulk_update", option="permanentReject")

        # 5. The end state.
        print(
            json.dumps(
                {
                    "calls": agent.calls,
                    "groups": len(groups),
                    "held_before": len(queue),
                    "subject": message["subject"],
                    "held_after": [message["fromAddress"] for _, message in await held(agent, groups)],
                    "reject_email": await entries(agent, "rejectEmail"),
                    "quarantine_domain": await entries(agent, "quarantineDomain"),
                    "spam_domain": await entries(agent, "spamDomain"),
                    "spf_before": before["spfFail"],
                    "spf_after": (await agent.call("zoho_mail_antispam_spf_get_option"))["spfFail"],
                    "policies": [policy["policyName"] for policy in await agent.all("list_all_zoho_mail_policies")],
                }
            )
        )


asyncio.run(main(*sys.argv[1:]))
