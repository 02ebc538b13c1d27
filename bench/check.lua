-- SPDX-License-Identifier: Apache-2.0
-- A load of credit checks for wrk: POST /v1/checks about codes picked at
-- random from a file, one a line.
--
--	wrk [OPTIONS] -s check.lua URL -- CODES MATTER TOKEN
--
-- The last line of the output is one JSON document of what wrk saw, times in
-- microseconds.

local threads = 0

function setup(thread)
   threads = threads + 1
   thread:set("seed", threads)
end

function init(args)
   wrk.headers["Content-Type"] = "application/json"
   wrk.headers["Accept"] = "application/json"
   wrk.headers["Authorization"] = "Bearer " .. args[3]
   ready = {}
   for code in io.lines(args[1]) do
      ready[#ready + 1] = wrk.format("POST", "/v1/checks", nil, string.format(
         '{"code":"%s","matter":"%s","purpose":"资格核查","case":"核%06d"}',
         code, args[2], #ready))
   end
   math.randomseed(seed)
end

function request()
   return ready[math.random(#ready)]
end

function done(summary, latency, requests)
   local e = summary.errors
   io.write(string.format(
      '\n{"requests":%d,"bytes":%d,"duration_us":%d,"p50_us":%d,' ..
      '"p99_us":%d,"max_us":%d,"bad_status":%d,"broken":%d,' ..
      '"timeouts":%d}\n',
      summary.requests, summary.bytes, summary.duration,
      latency:percentile(50), latency:percentile(99), latency.max,
      e.status, e.connect + e.read + e.write, e.timeout))
end
