-- A gateway of the same shape as a competent engineer would write it in nginx with Lua and Redis: token to digest to
-- record (cached in the worker for 60 s), JSON-RPC by cjson, one proxied call, Zoho's errors mapped, result escaped.
local cjson = require "cjson.safe"
local lrucache = require "resty.lrucache"
local redis = require "nginx.redis"
local resty_sha256 = require "nginx.sha256"
local to_hex = require("nginx.string").to_hex

local M = {}
local grants = lrucache.new(10000)
local redis_port = tonumber(os.getenv("REDIS_PORT"))
local result_open = '{"jsonrpc":"2.0","id":'

local listings = {}
for name in os.getenv("LISTS"):gmatch("[^,]+") do
    local file = io.open(os.getenv("LISTS_FOLDER") .. "/" .. name .. ".result")
    listings[name] = ',"result":' .. file:read("*a") .. "}"
    file:close()
end

-- What Bigin's codes mean; anything else is the caller's mistake.
local codes = {
    INVALID_TOKEN = 401, AUTHENTICATION_FAILURE = 401, OAUTH_SCOPE_MISMATCH = 403, NO_PERMISSION = 403,
    AUTHORIZATION_FAILED = 403, RESOURCE_NOT_FOUND = 404, NO_RECORDS_FOUND = 404, INVALID_ID = 404,
    DUPLICATE_DATA = 409, RECORD_LOCKED = 409, TOO_MANY_REQUESTS = 429, INTERNAL_ERROR = 502,
}

local function digest(token)
    local sha256 = resty_sha256:new()
    sha256:update(token)
    return to_hex(sha256:final())
end

local function lookup(token)
    local key = digest(token)
    local grant = grants:get(key)
    if grant then return grant end
    local red = redis:new()
    red:set_timeout(500)
    if not red:connect("127.0.0.1", redis_port) then return nil, 503 end
    local value = red:get("lua:token:" .. key)
    red:set_keepalive(60000, 100)
    if not value or value == ngx.null then return nil, 401 end
    grant = cjson.decode(value)
    grants:set(key, grant, 60)
    return grant
end

local function reply(text)
    ngx.header["Content-Type"] = "application/json"
    ngx.header["Content-Length"] = #text
    ngx.print(text)
end

local function failure(id, code, message)
    reply(result_open .. cjson.encode(id) .. ',"error":' .. cjson.encode({code = code, message = message}) .. "}")
end

local function call(id, params, grant)
    if params.name ~= "get_single_zoho_bigin_user_by_id" then return failure(id, -32602, "Unknown tool") end
    local user = params.arguments and params.arguments.user_id
    if type(user) ~= "string" or not user:match("^%d+$") then return failure(id, -32602, "user_id must be digits") end
    ngx.req.set_header("Authorization", "Zoho-oauthtoken " .. grant.access_token)
    local answer = ngx.location.capture("/" .. grant.upstream .. "/bigin/v2/users/" .. user, {method = ngx.HTTP_GET})
    local body = cjson.decode(answer.body)
    if not body then return failure(id, 502, "The upstream sent no JSON") end
    if answer.status >= 400 or body.status == "error" then
        local code = answer.status >= 400 and answer.status or codes[body.code] or 400
        return failure(id, code, body.message or "failed")
    end
    local record = body.users and body.users[1]
    if not record then return failure(id, 404, "There is no such user") end
    if record.status == "error" then return failure(id, codes[record.code] or 400, record.message or "failed") end
    local text = cjson.encode(record)
    reply(result_open .. cjson.encode(id) .. ',"result":{"content":[{"type":"text","text":' .. cjson.encode(text) .. '}],"isError":false}}')
end

function M.handle()
    local token = ngx.var.uri:match("^/mcp/(tgm_%w+)$")
    if not token then return ngx.exit(401) end
    local grant, status = lookup(token)
    if not grant then return ngx.exit(status) end
    ngx.req.read_body()
    local message = cjson.decode(ngx.req.get_body_data())
    if not message or message.jsonrpc ~= "2.0" then return ngx.exit(400) end
    if message.method == "ping" then
        reply(result_open .. cjson.encode(message.id) .. ',"result":{}}')
    elseif message.method == "tools/list" then
        reply(result_open .. cjson.encode(message.id) .. listings[grant.list])
    elseif message.method == "tools/call" then
        call(message.id, message.params or {}, grant)
    else
        failure(message.id, -32601, "Method not found")
    end
end

return M
