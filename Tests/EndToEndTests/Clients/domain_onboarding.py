"""Runbook: bring a new domain into a Zoho Mail organization.

    domain_onboarding.py URL DOMAIN

Prints one JSON object: what was to be published in DNS, what the checks said, and the end state.
"""

import asyncio
import json
import sys

from agent import Agent


async def main(url, domain):
    async with Agent(url) as agent:
        # 1. What is there, so that nothing is added twice.
        before = await agent.all("list_all_zoho_mail_domains")
        assert domain not in [entry["domainName"] for entry in before]
        primary = next(entry["domainName"] for entry in before if entry["primary"])

        # 2. Add it; the answer says how its ownership is proved.
        added = await agent.call("create_a_zoho_mail_domain", domainName=domain)
        dns = [{"type": "CNAME", "name": f"{added['CNAMEVerificationCode']}.{domain}"}]

        # 3. Too early: the answer names the record that is missing.
        ownership = await agent.until(
            "zoho_mail_domains_verify", "status", domainName=domain, mode="verifyDomainByTXT"
        )
        dns += [{"type": "TXT", "name": domain, "value": record} for record in ownership[0].get("txtRecord", [])]

        # 4. Mail comes in and goes out: MX and SPF.
        mx = await agent.until("zoho_mail_domains_verify_mx", "mxstatus", domainName=domain)
        dns += [{"type": "MX", "name": domain, "value": record} for record in mx[-1]["mxRecords"]]
        spf = await agent.until("zoho_mail_domains_verify_spf", "spfstatus", domainName=domain)

        # 5. Outgoing mail is signed.
        key = await agent.call("create_a_zoho_mail_domain_dkim", domainName=domain, selector="zmail", keySize=2048)
        dns.append({"type": "TXT", "name": f"zmail._domainkey.{domain}", "value": key["publicKey"]})
        dkim = await agent.until(
            "zoho_mail_domain_dkim_verify", "dkimstatus", domainName=domain, dkimId=key["dkimId"]
        )
        await agent.call("zoho_mail_domain_dkim_set_default", domainName=domain, dkimId=key["dkimId"])

        # 6. Put it to use: hosting, the primary domain, and a first group on it.
        await agent.call("zoho_mail_domains_enable_mail_hosting", domainName=domain)
        await agent.call("zoho_mail_domains_set_primary", domainName=domain)
        people = (await agent.call("list_all_zoho_mail_users", limit=2))["result"]
        group = await agent.call(
            "create_a_zoho_mail_group",
            emailId=f"hello@{domain}",
            name="Front desk ☎",
            accessType="Public",
            mailGroupMemberList=[
                {"memberEmailId": people[0]["primaryEmailAddress"], "role": "moderator"},
                {"memberEmailId": people[1]["primaryEmailAddress"]},
            ],
        )

        # 7. What is there now, from the lists and not from the answers to the changes.
        after = {entry["domainName"]: entry for entry in await agent.all("list_all_zoho_mail_domains")}
        groups = await agent.all("list_all_zoho_mail_groups")
        print(
            json.dumps(
                {
                    "calls": agent.calls,
                    "dns": dns,
                    "ownership": ownership,
                    "mx": [answer["mxstatus"] for answer in mx],
                    "spf": [answer["spfstatus"] for answer in spf],
                    "dkim": [answer["dkimstatus"] for answer in dkim],
                    "domain": after[domain],
                    "former_primary": after[primary]["primary"],
                    "added": sorted(set(after) - {entry["domainName"] for entry in before}),
                    "group": [entry for entry in groups if str(entry["zgid"]) == str(group["zgid"])],
                    "groups": len(groups),
                }
            )
        )


asyncio.run(main(*sys.argv[1:]))
