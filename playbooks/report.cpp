#include "playbooks/report.hpp"

#include <nlohmann/json.hpp>
#include <sysexits.h>

namespace routeproof::playbooks {
namespace {

using Json = nlohmann::ordered_json;

Json as_json(const BatchResult& batch);
Json as_json(const PlayResult& play);

Json as_json(const RouterResult& result) {
    return {{"router", result.router},
            {"state", result.state},
            {"difference", result.difference},
            {"what", result.what},
            {"notes", result.notes},
            {"changed_by_others", result.others},
            {"remedy", result.remedy.empty() ? Json() : Json(result.remedy)}};
}

double seconds(std::chrono::milliseconds time) {
    return static_cast<double>(time.count()) / 1000.0;
}

Json as_json(const ProofResult& proof) {
    const Judgement& judgement = proof.judgement;
    return {{"task", proof.task},
            {"verdict", to_string(judgement.verdict)},
            {"still_proven", judgement.proven},
            {"lost", judgement.lost},
            {"new_mismatches", judgement.broken},
            {"not_proven", judgement.missing},
            {"unknown", judgement.unknown},
            {"notes", judgement.notes},
            {"looks", proof.looks},
            {"duration_seconds", seconds(proof.took)}};
}

template <class T>
Json array_of(const std::vector<T>& values) {
    Json array = Json::array();
    for (const T& value : values) {
        array.push_back(as_json(value));
    }
    return array;
}

Json as_json(const BatchResult& batch) {
    return {{"routers", batch.routers},
            {"changes", array_of(batch.results)},
            {"proofs", array_of(batch.proofs)}};
}

Json as_json(const PlayResult& play) {
    return {{"name", play.name}, {"batches", array_of(play.batches)}};
}

}  // namespace

std::string json_report(const RunReport& report) {
    const Json document{{"schema", "routeproof.play/1"},
                        {"tool", {{"name", "routeproof"}, {"version", ROUTEPROOF_VERSION}}},
                        {"run", report.run},
                        {"playbook", report.playbook},
                        {"inventory", report.inventory},
                        {"check", report.check},
                        {"started", to_rfc3339(report.started)},
                        {"duration_seconds", seconds(report.took)},
                        {"journal", report.journal.empty() ? Json() : Json(report.journal)},
                        {"plays", array_of(report.plays)},
                        {"result", report.sentence},
                        {"exit_code", report.exit_code}};
    return document.dump(2, ' ', false, Json::error_handler_t::replace) + '\n';
}

std::string last_lines(const RunReport& report) {
    std::string text;
    if (report.exit_code == kPeopleNeeded) {
        text += "\n*** PEOPLE ARE NEEDED ***\n";
        for (const PlayResult& play : report.plays) {
            for (const BatchResult& batch : play.batches) {
                for (const RouterResult& result : batch.results) {
                    if (!result.remedy.empty()) {
                        text += result.router + " is " + result.state + ": " + result.what +
                                "\n    " + result.remedy + '\n';
                    }
                }
            }
        }
    }
    text += "\n" + std::string(report.exit_code == 0 ? "OK" : "FAILED") + ": " + report.sentence;
    if (!report.journal.empty()) {
        text += "; journal: " + report.journal;
    }
    return text + '\n';
}

int code_of(const drivers::Failure& failure) {
    using Kind = drivers::Failure::Kind;
    switch (failure.kind) {
        case Kind::Unreachable:
            return EX_UNAVAILABLE;
        case Kind::Denied:
            return EX_NOPERM;
        case Kind::Protocol:
            return EX_PROTOCOL;
        case Kind::NotSupported:
            return EX_DATAERR;
        case Kind::Trouble:
            return EX_NOINPUT;
    }
    return EX_SOFTWARE;
}

}  // namespace routeproof::playbooks
