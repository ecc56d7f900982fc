// A small made-up product, and ways to spoil it. The only place in these tests that knows the catalogue's format.

import Wire

@testable import GatewayCore

enum Acme {
    static let integration = #"""
        {"integration":"acme_desk","title":"Acme Desk","description":"A desk.",
         "authentication":{"kind":"zoho_oauth","header":"Bearer"},
         "hosts":{"api":{"us":"api.acme.example","eu":"api.acme.eu"},"files":{"us":"files.acme.example","eu":"files.acme.eu"}},
         "context":{"desk_id":{"description":"The desk.","path":"/v1/desk","at":"desk.id"}},"tags":{"people":"Who.","secret":"What nobody sees.","things":"What."},
         "errors":{"envelopes":[{"fails":[{"at":"status","equals":["error"]}],"code":["code"],"message":["message"],"details":["details"]}],
                   "codes":{"not_found":["GONE"]}}}
        """#

    static let tickets = #"""
        {"resource":"tickets","tags":["things"],"methods":{
         "list":{"title":"List","description":"Lists tickets.","call":{"verb":"GET","path":"/v1/{desk}/tickets?fixed=1"},"scopes":[["r"]],
          "parameters":[
           {"name":"desk","in":"path","context":"desk_id","schema":{"type":"string","format":"id","description":"Desk."}},
           {"name":"q","in":"query","schema":{"type":"string","description":"Text."}},
           {"name":"ids","in":"query","schema":{"type":"array","items":{"type":"string"},"maxItems":3,"description":"Ids."}},
           {"name":"state","in":"query","schema":{"type":"string","enum":["open","closed"],"description":"State."}}],
          "pagination":{"style":"page","position":"from","size":"count","first":0,"maximum":100,"default":20,"more":"info.more"},
          "response":{"kind":"list","at":"tickets"}},
         "get":{"title":"Get","description":"Reads one.","call":{"verb":"GET","path":"/v1/tickets/{ticket_id}/notes/{note}"},"scopes":[["r"]],
          "parameters":[
           {"name":"ticket_id","in":"path","schema":{"type":"string","description":"Id."}},
           {"name":"note","in":"path","schema":{"type":"string","description":"Note."}},
           {"name":"view","in":"query","schema":{"type":"string","description":"View."}}],
          "response":{"kind":"record"}},
         "create":{"title":"Create","description":"Makes one.","call":{"verb":"POST","path":"/v1/tickets","body":{"mode":"strict","owner":"$owner","ticket":"$arguments"}},"scopes":[["w"]],
          "tags":["people"],
          "parameters":[
           {"name":"owner","in":"body","required":true,"schema":{"type":"string","format":"id","description":"Owner."}},
           {"name":"subject","in":"body","required":true,"schema":{"type":"string","minLength":2,"maxLength":9,"description":"Subject."}},
           {"name":"weight","in":"body","schema":{"type":"number","minimum":0,"description":"Weight."}},
           {"name":"count","in":"body","schema":{"type":"integer","minimum":1,"maximum":9,"description":"Count."}},
           {"name":"urgent","in":"body","schema":{"type":"boolean","description":"Urgent."}},
           {"name":"due","in":"body","schema":{"type":["string","null"],"description":"Due."}},
           {"name":"watchers","in":"body","schema":{"type":"array","minItems":1,"description":"Who.","items":
             {"type":"object","additionalProperties":false,"required":["email"],"properties":{
               "email":{"type":"string","description":"Mail."},"role":{"type":"string","enum":["cc","bcc"],"description":"Role."}}}}}],
          "response":{"kind":"body"}},
         "delete":{"title":"Delete","description":"Removes one.","call":{"verb":"DELETE","path":"/v1/tickets/{id}"},"scopes":[["w"]],
          "parameters":[{"name":"id","in":"path","schema":{"type":"string","description":"Id."}},
                        {"name":"id","in":"query","schema":{"type":"string","description":"Other id."}}],
          "response":{"kind":"body"}},
         "merge":{"title":"Merge","description":"Joins two.","call":{"verb":"POST","path":"/v1/tickets/merge","host":"files"},"scopes":[["w"]],
          "tags":["secret"],"parameters":[],"response":{"kind":"body"}},
         "export":{"title":"Undocumented","call":{"verb":"GET","path":"/v1/export"},"scopes":[],"parameters":[],"response":{"kind":"body"}}}}
        """#

    static func files(integration: String = integration, tickets: String = tickets) -> [CatalogueFile] {
        [
            CatalogueFile(name: "acme_desk/integration.json", bytes: bytes(integration)),
            CatalogueFile(name: "acme_desk/tickets.json", bytes: bytes(tickets)),
        ]
    }

    static let catalogue: Catalogue = {
        do { return try Catalogue(files: files()) } catch { preconditionFailure("\(error)") }
    }()

    static var desk: Integration { catalogue.integration(named: "acme_desk")! }

    static func tool(_ method: String) -> Tool { desk.tools.first { $0.method == method }! }

    /// One change that spoils a file, and where the refusal must point.
    struct Spoiling: Sendable {
        let from: String
        let to: String
        let file: String
        let field: String
        let problem: String

        init(_ from: String, _ to: String, _ file: String, _ field: String, _ problem: String) {
            (self.from, self.to, self.file, self.field, self.problem) = (from, to, file, field, problem)
        }
    }

    private static let main = "acme_desk/integration.json"
    private static let resource = "acme_desk/tickets.json"

    static let spoilings = [
        Spoiling(#""title":"Acme Desk","#, "", main, "", "`title` is missing"),
        Spoiling(#""title":"Acme Desk""#, #""title":7"#, main, "title", "a string is due here"),
        Spoiling(#""title":"Acme"#, #""titel":"Acme"#, main, "titel", "Did you mean `title`"),
        Spoiling(#""acme_desk""#, #""Acme""#, main, "", "lower-case"),
        Spoiling(#""acme_desk""#, #""other_desk""#, main, "", "the folder's name"),
        Spoiling(#""kind":"zoho_oauth","#, #""kinds":"zoho_oauth","#, main, "authentication.kinds", "no such field"),
        Spoiling(#""us":"api.acme.example""#, #""xx":"api.acme.example""#, main, "hosts.api.xx", "no region"),
        Spoiling(#""us":"api.acme.example""#, #""us":"https://x""#, main, "hosts.api.us", "no host name"),
        Spoiling(#""us":"api.acme.example""#, #""us":"evil.example/x""#, main, "hosts.api.us", "no host name"),
        Spoiling(#""api":{"#, #""main":{"#, main, "hosts", "`api` is missing"),
        Spoiling(#""not_found":["GONE"]"#, #""not_fuond":["GONE"]"#, main, "errors.codes.not_fuond", "`not_found`"),
        Spoiling(
            #""not_found":["GONE"]}"#, #""not_found":["GONE"]},"texts":{"conflict":["Exists"]}"#, main,
            "errors.texts.conflict[0]", "lower case"),
        Spoiling(
            #""not_found":["GONE"]}"#, #""not_found":["GONE"]},"texts":{"conflcit":["exists"]}"#, main,
            "errors.texts.conflcit", "Did you mean `conflict`"),
        Spoiling(
            #""not_found":["GONE"]}"#, #""not_found":["GONE"]},"hints":[{"codes":["GONE"]}]"#, main,
            "errors.hints[0]", "`hint` is missing"),
        Spoiling(
            #""fails":[{"at":"status","equals":["error"]}],"#, "", main, "errors.envelopes[0]", "`status_from`"),
        Spoiling(
            #""fails":[{"at":"status","equals":["error"]}],"#, #""status_from":200,"#, main, "errors.envelopes[0]",
            "400 or more"),
        Spoiling(#""at":"status""#, #""at":"a.b.c.d.e""#, main, "errors.envelopes[0].fails[0].at", "one to four"),
        Spoiling(#""equals":["error"]"#, #""exists":false"#, main, "errors.envelopes[0].fails[0]", "only be true"),
        Spoiling(#"{"integration""#, #"{,"integration""#, main, "line 1", ""),
        Spoiling(#""tags":{"people":"Who.","#, #""tags":{"people":"Who.","people":"x","#, main, "line 4", "twice"),
        Spoiling(#""resource":"tickets""#, #""resource":"Tickets!""#, resource, "", "lower-case"),
        Spoiling(#""resource":"tickets","#, #""resource":"tickets","colour":1,"#, resource, "colour", "no such field"),
        Spoiling(#""tags":["things"]"#, #""tags":["thing"]"#, resource, "tags", "Did you mean `things`"),
        Spoiling(#""merge":{"title""#, #""Merge":{"title""#, resource, "methods.Merge", "lower-case"),
        Spoiling(#""title":"Merge","#, "", resource, "methods.merge", "`title` is missing"),
        Spoiling(#""title":"Merge","#, #""titel":"Merge","#, resource, "methods.merge.titel", "Did you mean `title`"),
        Spoiling(#""tags":["secret"]"#, #""tags":["nothing"]"#, resource, "methods.merge.tags", "not described"),
        Spoiling(#""host":"files""#, #""host":"file""#, resource, "methods.merge.call", "`file`"),
        Spoiling(#""verb":"DELETE""#, #""verb":"TRACE""#, resource, "methods.delete.call", "`TRACE`"),
        Spoiling("/v1/tickets/merge", "v1/tickets/merge", resource, "methods.merge.call.path", "begins with /"),
        Spoiling("/v1/tickets/merge", "/v1/../merge", resource, "methods.merge.call.path", "no segment"),
        Spoiling("/v1/tickets/merge", "/v1//merge", resource, "methods.merge.call.path", "no segment"),
        Spoiling("/v1/tickets/merge", "/v1/x{y}", resource, "methods.merge.call.path", "no segment"),
        Spoiling("/v1/tickets/merge", "/v1/{y}", resource, "methods.merge", "the path names"),
        Spoiling("/v1/tickets/merge", "/v1/a b", resource, "methods.merge.call.path", "visible ASCII"),
        Spoiling("/v1/tickets/merge", "/v1/a#b", resource, "methods.merge.call.path", "visible ASCII"),
        Spoiling(#""owner":"$owner""#, #""owner":"$person""#, resource, "methods.create", "`$person`"),
        Spoiling(#""ticket":"$arguments""#, #""ticket":1"#, resource, "methods.create", "no place for"),
        Spoiling(
            #","body":{"mode":"strict","owner":"$owner","ticket":"$arguments"}"#, "", resource, "methods.create",
            "no `body` template"),
        Spoiling(
            #""name":"view","in":"query""#, #""name":"note","in":"header""#, resource, "methods.get.parameters[2].in",
            "`header`"),
        Spoiling(
            #""name":"q","in":"query""#, #""name":"state","in":"query""#, resource, "methods.list.parameters[3]",
            "cannot be told"),
        Spoiling(
            #""enum":["open","closed"]"#, #""pattern":"x""#, resource, "methods.list.parameters[3].schema.pattern",
            "no such field"),
        Spoiling(
            #""type":["string","null"]"#, #""type":["string","number"]"#, resource,
            "methods.create.parameters[5].schema.type", "one type and"),
        Spoiling(
            #""type":"boolean""#, #""type":"bool""#, resource, "methods.create.parameters[4].schema.type", "`bool`"),
        Spoiling(
            #""items":{"type":"string"},"#, "", resource, "methods.list.parameters[2].schema", "`items` is missing"),
        Spoiling(
            #""required":["email"]"#, #""required":["mail"]"#, resource,
            "methods.create.parameters[6].schema.items", "`mail`"),
        Spoiling(#""kind":"list""#, #""kind":"lists""#, resource, "methods.list.response.kind", "`lists`"),
        Spoiling(#""at":"tickets""#, #""at":"a.b.c""#, resource, "methods.list.response", "two members"),
        Spoiling(#""at":"tickets""#, #""at":"tickets[0]""#, resource, "methods.list.response", "first element"),
        Spoiling(
            #""title":"Undocumented","#,
            #""title":"Undocumented","description":"d","scopes":"x","#, resource, "line", "twice"),
    ]
}
