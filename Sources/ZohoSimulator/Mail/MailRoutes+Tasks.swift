// Tasks of a person and of groups, with projects and statuses.

import Wire

extension MailRoutes {
    private static func tasks(_ path: String, group: Int, seeds: Int) -> MailCollection {
        MailCollection(
            path: path, area: "tasks", key: "id", style: .from, at: "tasks", seeds: seeds, group: group,
            make: { index in
                [
                    "title": .string("Task \(index + 1)"), "description": "", "status": "inprogress",
                    "priority": "Medium", "dueDate": "24/12/2026", "namespaceId": JSON(MailSeeds.zuid(0, 0)),
                    "owner": ["id": JSON(MailSeeds.zuid(0, 0)), "name": "Anna"],
                ]
            })
    }

    mutating func addTasks() {
        let area = "tasks"
        let groups = "/api/tasks/groups"
        let group = "\(groups)/{#zgid}"
        addTasks(MailRoutes.tasks("/api/tasks/me", group: 20, seeds: 45))
        let shared = MailRoutes.tasks(group, group: 21, seeds: 23)
        addTasks(shared)
        get("/api/tasks", area, query: "view action from limit") { call throws(Refused) in
            let mine = MailRoutes.tasks("/api/tasks/me", group: 20, seeds: 45)
            let isMadeByCaller = try call.required("view") == "createdbyme"
            return try mine.list(isMadeByCaller ? mine.records(call).items : mine.records(call).items.suffix(5), call)
        }
        get(groups, area) { call in
            let groups: [JSON] = call.organisation.groups.items.prefix(5).map {
                .of(["id": $0["zgid"], "name": $0["name"]])
            }
            return MailReply.success(["groups": .array(groups)])
        }
        get("\(group)/members", area) { call in
            let members: [JSON] = call.organisation.users.items.prefix(8).map {
                .of(["id": $0["zuid"], "name": $0["displayName"]])
            }
            return MailReply.success(["members": .array(members)])
        }
        let projects = MailCollection(
            path: "\(group)/projects", area: area, key: "id", style: .whole, at: "projects", duplicate: "name",
            seeds: 3, group: 22, renames: ["projectName": "name"])
        addCollection(projects)
        addEntries(of: projects, id: "projectId")
        get("\(group)/projects/{projectId}", area, query: "from limit status") { call throws(Refused) in
            _ = try projects.find(call["projectId"], call)
            return try shared.list(
                shared.records(call).items.filter { $0["projectId"]?.idText == call["projectId"] }, call)
        }
        let statuses = MailCollection(
            path: "\(group)/customStatus", area: area, key: "status", style: .whole, duplicate: "statusName",
            seeds: 3, group: 23,
            make: { ["statusName": .string("Status \($0 + 1)"), "statusColour": "#336699"] })
        addCollection(statuses)
        addChangesInPlace(of: statuses)
    }

    private mutating func addTasks(_ tasks: MailCollection) {
        get(tasks.path, tasks.area, query: tasks.query) { call throws(Refused) in
            let items = tasks.records(call).items.filter { task in
                task["parentTaskId"] == nil && (call.query("status").map { $0 == task["status"]?.string } ?? true)
            }
            return try tasks.list(items, call)
        }
        post(tasks.path, tasks.area) { call throws(Refused) in
            _ = try call.body(with: "title")
            return MailReply.created(try tasks.create(call))
        }
        get("\(tasks.path)/{taskId}", tasks.area) { call throws(Refused) in
            MailReply.success(["tasks": [try tasks.find(call["taskId"], call)]])
        }
        get("\(tasks.path)/{taskId}/subtasks", tasks.area, query: "from limit") { call throws(Refused) in
            _ = try tasks.find(call["taskId"], call)
            let parts = tasks.records(call).items.filter { $0["parentTaskId"]?.idText == call["taskId"] }
            return try tasks.list(parts, call)
        }
        addEntries(of: tasks, id: "taskId")
    }
}
