#include "verifier/report/json.hpp"

#include "verifier/checks/judge.hpp"
#include "verifier/report/rows.hpp"
#include "verifier/text.hpp"

#include <nlohmann/json.hpp>

#include <map>

namespace routeproof::verifier {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) {
    return text.empty() ? Json() : Json(text);
}

template <class T>
Json or_null(const std::optional<T>& value) {
    return value ? Json(value->to_string()) : Json();
}

template <class Range>
Json strings(const Range& values) {
    Json array = Json::array();
    for (const auto& value : values) {
        array.push_back(value.to_string());
    }
    return array;
}

double seconds(std::chrono::milliseconds time) {
    return static_cast<double>(time.count()) / 1000.0;
}

Json run_of(const RunResult& result) {
    const RunInfo& run = result.run;
    return {
        {"started", to_rfc3339(run.started)},
        {"duration_seconds", seconds(run.took)},
        {"complete", run.interrupted_by == 0},
        {"inventory", run.inventory},
        {"expectations_from", run.expect.empty() ? Json("agents") : Json(run.expect)},
        {"filters",
         {{"leaf", result.expectations.scope.routers}, {"host", result.expectations.scope.hosts}}}};
}

void add_failure(Json& target, const drivers::Failure& failure) {
    target["stage"] = drivers::to_string(failure.stage);
    target["error"] = one_line(failure.what);
}

Json router_target(const RunResult& result, const inventory::Router& router) {
    Json target = {{"name", router.name},
                   {"kind", "router"},
                   {"os", inventory::to_string(router.os)},
                   {"role", inventory::to_string(router.role)},
                   {"asn", router.asn.value()}};
    const auto found = result.observations.find(router.name);
    if (found == result.observations.end()) {
        target["status"] = "not_looked_into";
        return target;
    }
    const RouterObservation& seen = found->second;
    const bool whole = seen.sessions && seen.routes && seen.routes->table_seen;
    target["status"] = whole ? "ok" : seen.looked_into() ? "partial" : "failed";
    target["duration_seconds"] = seconds(seen.took);
    if (seen.facts) {
        target["hostname"] = one_line(seen.facts->hostname);
        target["version"] = one_line(seen.facts->version);
    }
    if (!seen.sessions) {
        add_failure(target, seen.sessions.error());
    } else if (!seen.routes) {
        add_failure(target, seen.routes.error());
    }
    if (seen.routes) {
        target["table_seen"] = seen.routes->table_seen;
        target["paths"] = seen.routes->routes.size();
    }
    return target;
}

Json host_target(const RunResult& result, const inventory::Host& host) {
    Json target = {{"name", host.name}, {"kind", "host"}, {"asn", host.asn.value()}};
    const HostAccount* account = result.expectations.account(host.name);
    if (account != nullptr && account->report) {
        target["status"] = "ok";
        target["source"] = account->source == HostAccount::Source::File ? "file" : "agent";
        target["announcements"] = account->report->announcements.size();
        target["workloads"] = account->report->workloads.size();
    } else if (account != nullptr && account->failure) {
        target["status"] = "failed";
        target["source"] = "agent";
        add_failure(target, *account->failure);
    } else {
        target["status"] = "not_asked";
    }
    return target;
}

Json targets_of(const RunResult& result) {
    Json targets = Json::array();
    for (const inventory::Router& router : result.expectations.inventory.routers) {
        targets.push_back(router_target(result, router));
    }
    for (const inventory::Host& host : result.expectations.inventory.hosts) {
        targets.push_back(host_target(result, host));
    }
    return targets;
}

// One AS is a number; several (anycast), or what is none, stay text.
Json as_number(const std::string& text) {
    const auto asn = net::Asn::parse(text);
    return asn ? Json(asn->value()) : or_null(text);
}

Json row_of(const Row& row) {
    return {{"container", or_null(row.container)},
            {"address", or_null(row.address)},
            {"host", row.host},
            {"router", row.router},
            {"prefix", {{"expected", row.prefix}, {"actual", or_null(row.prefix_seen)}}},
            {"origin_as",
             {{"expected", as_number(row.origin)}, {"actual", as_number(row.origin_seen)}}},
            {"next_hop", {{"expected", row.next_hop}, {"actual", or_null(row.next_hop_seen)}}},
            {"verdict", to_string(row.verdict)}};
}

Json obligation_of(const Finding& finding) {
    return {{"check", to_string(finding.check)},
            {"verdict", to_string(finding.verdict)},
            {"code", to_string(finding.code)},
            {"router", or_null(finding.subject.router)},
            {"host", or_null(finding.subject.host)},
            {"peer", or_null(finding.subject.peer)},
            {"prefix", or_null(finding.subject.prefix)},
            {"address", or_null(finding.subject.address)},
            {"container", or_null(one_line(finding.subject.container))},
            {"expected", finding.expected},
            {"actual", finding.actual}};
}

Json evidence_of(const Evidence& evidence) {
    Json json = Json::object();
    if (evidence.asn) {
        json["asn"] = evidence.asn->value();
    }
    if (evidence.match) {
        json["longest_match"] = evidence.match->to_string();
    }
    if (!evidence.as_path.empty()) {
        json["as_path"] = evidence.as_path.to_string();
    }
    if (!evidence.next_hops.empty()) {
        json["next_hops"] = strings(evidence.next_hops);
    }
    if (evidence.from) {
        json["peer_address"] = evidence.from->to_string();
    }
    if (!evidence.policy.empty()) {
        json["policy"] = one_line(evidence.policy);
    }
    if (!evidence.reason.empty()) {
        json["reason"] = one_line(evidence.reason);
    }
    if (evidence.failure) {
        add_failure(json, *evidence.failure);
    }
    return json;
}

Json cause_of(const Cause& cause) {
    return {{"code", to_string(cause.code)},
            {"verdict", to_string(cause.verdict)},
            {"text", cause.text},
            {"next_step", or_null(cause.next_step)},
            {"obligations", cause.findings.size()},
            {"routers", cause.routers},
            {"hosts", cause.hosts},
            {"prefixes", strings(cause.prefixes)}};
}

Json summary_of(const RunResult& result) {
    const Summary& s = result.summary;
    return {{"obligations", s.obligations()},
            {"ok", s.ok},
            {"fail", s.fail},
            {"warn", s.warn},
            {"unknown", s.unknown},
            {"routers_looked_into", s.routers_seen},
            {"routers_failed", s.routers_not_seen},
            {"routers_not_looked_into", result.expectations.not_looked_into},
            {"hosts_heard", s.hosts_heard},
            {"hosts_failed", s.hosts_not_heard}};
}

}  // namespace

std::string json_report(const RunResult& result) {
    Json obligations = Json::array();
    for (const Finding& finding : result.findings) {
        obligations.push_back(obligation_of(finding));
    }
    // Findings: the obligations that are not met, with what was seen and the cause they belong to.
    Json findings = Json::array();
    Json causes = Json::array();
    for (const Cause& cause : result.causes) {
        for (const std::size_t i : cause.findings) {
            Json finding = obligation_of(result.findings[i]);
            finding["cause"] = to_string(cause.code);
            finding["evidence"] = evidence_of(result.findings[i].evidence);
            findings.push_back(std::move(finding));
        }
        causes.push_back(cause_of(cause));
    }
    Json rows_json = Json::array();
    for (const Row& row : rows(result.expectations, result.findings)) {
        rows_json.push_back(row_of(row));
    }
    const Json document = {{"schema", "routeproof.verify/1"},
                           {"tool", {{"name", "routeproof"}, {"version", ROUTEPROOF_VERSION}}},
                           {"run", run_of(result)},
                           {"targets", targets_of(result)},
                           {"rows", std::move(rows_json)},
                           {"obligations", std::move(obligations)},
                           {"findings", std::move(findings)},
                           {"causes", std::move(causes)},
                           {"summary", summary_of(result)},
                           {"exit_code", result.exit_code}};
    // A router may send bytes that are not UTF-8; they must not stop the report.
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace routeproof::verifier
