// routeproof: the command line. Options become structs here; cli/ does the work.
#include "inventory/agent_client.hpp"
#include "verifier/cli/commands.hpp"

#include <CLI/CLI.hpp>
#include <sysexits.h>

#include <exception>
#include <iostream>

namespace routeproof::verifier {
namespace {

void add_format(CLI::App& command, Format& format) {
    const auto choose = [&format](const std::string& word) {
        format = word == "json" ? Format::Json : Format::Table;
    };
    command.add_option_function<std::string>("--format", choose, "table or json")
        ->check(CLI::IsMember({"table", "json"}).description(""))
        ->type_name("FORMAT");
}

void add_inventory(CLI::App& command, std::filesystem::path& inventory) {
    command.add_option("-i,--inventory", inventory, "The inventory")->required()->type_name("FILE");
}

void add_verify(CLI::App& app, int& code) {
    static VerifyOptions options;
    CLI::App* verify = app.add_subcommand(
        "verify", "Prove from the routers' own tables that every container's prefix is there");
    add_inventory(*verify, options.inventory);
    verify->add_option("--expect", options.expect, "Host reports from a file; agents are not asked")
        ->type_name("FILE");
    verify->add_option("--leaf", options.leaves, "Look into this router only (repeatable)")
        ->type_name("NAME")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    verify->add_option("--host", options.hosts, "Prove this host's obligations only (repeatable)")
        ->type_name("NAME")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    add_format(*verify, options.format);
    verify->add_option("--color", options.colour, "auto, always or never")
        ->check(CLI::IsMember({"auto", "always", "never"}).description(""))
        ->type_name("WHEN");
    verify->add_flag("--all", options.all, "Every row, and every obligation behind a cause");
    verify->footer(
        "Exit: 0 proven; 1 mismatch; 2 no mismatch, but something could not be looked at;\n"
        "64 usage; 65 bad inventory or report; 66 unreadable file; 74 output cannot be\n"
        "written; if no router could be looked at: 69 unreachable, 76 garbage, 77 refused;\n"
        "128+n ended by signal n");
    verify->callback([&code] { code = run_verify(options); });
}

void add_play(CLI::App& app, int& code) {
    static PlayOptions options;
    CLI::App* play = app.add_subcommand(
        "play", "Change routers, prove it, and only then keep it; else it never happened");
    play->add_option("FILE", options.playbook, "The playbook");
    add_inventory(*play, options.inventory);
    play->add_flag("--check", options.check, "Only show what the routers would be made to hold");
    play->add_flag("--diff", options.diff, "Show the difference before it is put in force");
    play->add_option("--limit", options.limit, "Only these of its routers: leaf1, leaf*:!leaf3")
        ->type_name("PATTERN");
    play->add_option("-e", options.variables, "A variable of the playbook (repeatable)")
        ->type_name("NAME=VALUE")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    play->add_flag("--step", options.step, "Ask before every step");
    play->add_flag("--yes", options.yes, "Do not ask");
    play->add_flag("--accept-weaker",
                   options.accept_weaker,
                   "Also where a router cannot take a change back by itself");
    play->add_option("--resume", options.resume, "Decide what a run left pending that died")
        ->type_name("RUN");
    play->add_option("--state", options.state, "Folder of journals and locks")->type_name("DIR");
    add_format(*play, options.format);
    play->footer(
        "Exit: 0 done, or nothing to do; 1 not proven or refused, 2 could not be looked at, and\n"
        "every router as it was; 3 a router is neither: people are needed; 64 usage; 65 bad\n"
        "playbook, or it cannot be carried out; 66 unreadable file; 69 unreachable; 73, 74 no\n"
        "journal; 75 locked by another run; 77 refused; 128+n ended by signal n, and rolled back");
    play->callback([&code] { code = run_play(options); });
}

void add_inventory_commands(CLI::App& app, int& code) {
    static InventoryOptions check_options;
    static InventoryOptions show_options;
    CLI::App* inventory = app.add_subcommand("inventory", "The network as it should be");
    inventory->require_subcommand(1);
    CLI::App* check = inventory->add_subcommand("check", "Say everything that is wrong with it");
    add_inventory(*check, check_options.inventory);
    check->callback([&code] { code = run_inventory_check(check_options); });
    CLI::App* show = inventory->add_subcommand("show", "Print it as it was understood");
    add_inventory(*show, show_options.inventory);
    add_format(*show, show_options.format);
    show->callback([&code] { code = run_inventory_show(show_options); });
    static InventoryOptions facts_options;
    CLI::App* facts = inventory->add_subcommand("facts", "Ask every router who it is");
    add_inventory(*facts, facts_options.inventory);
    add_format(*facts, facts_options.format);
    facts->callback([&code] { code = run_inventory_facts(facts_options); });
    static TrustOptions trust_options;
    CLI::App* trust = inventory->add_subcommand(
        "trust", "Show the host key of a machine, ask, and write it to known_hosts");
    trust->add_option("NAME", trust_options.name, "A router or host of the inventory")->required();
    add_inventory(*trust, trust_options.inventory);
    trust
        ->add_option("--fingerprint",
                     trust_options.fingerprints,
                     "Trust this key (SHA256:...) without asking, and no other (repeatable)")
        ->type_name("HASH")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    trust->footer(
        "Exit: 0 trusted, now or already; 64 usage; 65 bad inventory; 69 unreachable; 74\n"
        "known_hosts cannot be written; 77 not trusted: another key than the known, pinned or\n"
        "named one, a revoked one, the answer no, or no terminal to ask at");
    trust->callback([&code] { code = run_inventory_trust(trust_options); });
}

void add_routes(CLI::App& app, int& code) {
    static RoutesOptions options;
    CLI::App* routes = app.add_subcommand(
        "routes", "What a router holds, or a saved reply of one, in one table for every vendor");
    routes->add_option("LEAF", options.leaf, "A router of the inventory");
    routes->add_option(
        "PREFIX", options.prefix, "This prefix and all inside it (default: the pools)");
    routes->add_option("-i,--inventory", options.inventory, "The inventory")->type_name("FILE");
    routes->add_option("--from", options.from, "From this host, router or address only")
        ->type_name("NAME");
    routes->add_option("--view", options.view, "received, accepted, best or forwarding")
        ->check(CLI::IsMember({"received", "accepted", "best", "forwarding"}).description(""))
        ->type_name("VIEW");
    routes->add_option("--reply", options.reply, "Read a saved reply; '-' is standard input")
        ->type_name("FILE");
    routes->add_option("--os", options.os, "Whose reply it is: junos, nxos, frr or bird")
        ->check(CLI::IsMember({"junos", "nxos", "frr", "bird"}).description(""))
        ->type_name("OS");
    routes->add_option("--command", options.command, "What the reply answers, if you know it")
        ->type_name("TEXT");
    add_format(*routes, options.format);
    routes->footer(
        "Exit: 0 shown, also if there is no entry; 2 this router cannot say; 64 usage;\n"
        "65 not a reply about routes, or not whole; 66 unreadable file; 69 unreachable;\n"
        "76 garbage; 77 refused; 128+n ended by signal n");
    routes->callback([&code] { code = run_routes(options); });
}

void add_node_commands(CLI::App& app, int& code) {
    static NodeOptions options;
    options.socket = inventory::kAgentSocket;
    CLI::App* node = app.add_subcommand("node", "This Docker host");
    node->require_subcommand(1);
    CLI::App* status = node->add_subcommand("status", "BGP sessions of this host's agent");
    status->add_option("--socket", options.socket, "The agent's socket")->type_name("PATH");
    status->add_flag("--details",
                     options.details,
                     "What was agreed, sent and received, and went wrong, per peer");
    add_format(*status, options.format);
    status->callback([&code] { code = run_node_status(options); });

    static NodeOptions one;
    one.socket = inventory::kAgentSocket;
    CLI::App* prefix =
        node->add_subcommand("prefix", "Why a prefix is out, or not, and used, or not");
    prefix->add_option("PREFIX", one.prefix, "172.16.100.0/26")->required();
    prefix->add_option("--socket", one.socket, "The agent's socket")->type_name("PATH");
    add_format(*prefix, one.format);
    prefix->callback([&code] { code = run_node_prefix(one); });
}

void add_ipam_commands(CLI::App& app, int& code) {
    static IpamOptions options;
    options.socket = inventory::kAgentSocket;
    CLI::App* ipam =
        app.add_subcommand("ipam", "Blocks and addresses, as this host's agent has them");
    ipam->require_subcommand(1);
    const auto add = [ipam](const char* name, const char* what) {
        CLI::App* command = ipam->add_subcommand(name, what);
        command->add_option("--socket", options.socket, "The agent's socket")->type_name("PATH");
        return command;
    };
    CLI::App* show = add("show", "Who has what, since when, why");
    add_format(*show, options.format);
    show->callback([&code] { code = run_ipam_show(options); });
    CLI::App* check = add("check", "Say which addresses of this host nobody uses");
    check->footer(
        "Exit: 0 none; 1 at least one; 2 none known, but the shared store is away; 69 no agent");
    check->callback([&code] { code = run_ipam_check(options); });
    CLI::App* release = add("release", "Free an address of this host that no container has");
    release->add_option("ADDRESS", options.address, "172.16.100.1")->required();
    release->callback([&code] { code = run_ipam_release(options); });
}

void add_decode_commands(CLI::App& app, int& code) {
    static DecodeOptions options;
    static std::filesystem::path to_encode = "-";
    CLI::App* decode = app.add_subcommand("decode", "Read a protocol's messages");
    decode->require_subcommand(1);
    CLI::App* bgp = decode->add_subcommand(
        "bgp", "BGP from hex lines, JSON lines, pcap, pcapng or MRT: one JSON line each");
    bgp->add_option("file", options.file, "Input; - is standard input")->type_name("FILE");
    bgp->add_flag("--as2", options.two_octet_as, "AS numbers of two octets");
    bgp->add_flag("--ibgp", options.internal, "From a peer of the own AS");
    bgp->add_flag("--extended-message", options.extended_message, "Up to 65535 octets (RFC 8654)");
    bgp->add_option("--family", options.families, "Address family agreed on (repeatable)")
        ->type_name("FAMILY")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    bgp->add_option("--addpath", options.add_path, "Family with path identifiers (repeatable)")
        ->type_name("FAMILY")
        ->expected(1)
        ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
    bgp->add_option("--port", options.port, "TCP port of BGP in captures")->type_name("PORT");
    bgp->footer(
        "The options say how hex lines are read, and sessions whose OPENs are not in the\n"
        "capture; JSON lines bring their own context. Exit: 0 all read; 65 something in the\n"
        "input could not be; 66 no such file; 74 output cannot be written");
    bgp->callback([&code] { code = run_decode_bgp(options); });

    CLI::App* encode = app.add_subcommand("encode", "Write a protocol's messages");
    encode->require_subcommand(1);
    CLI::App* back = encode->add_subcommand("bgp", "The JSON lines of decode bgp as hex lines");
    back->add_option("file", to_encode, "Input; - is standard input")->type_name("FILE");
    back->callback([&code] { code = run_encode_bgp(to_encode); });
}

int run(int argc, char** argv) {
    CLI::App app{"Routable containers on Docker hosts: the proof from the leaf", "routeproof"};
    app.set_version_flag("--version", "routeproof " ROUTEPROOF_VERSION);
    app.require_subcommand(0, 1);  // none is answered below: CLI11 would hide a mistyped one
    int code = EX_OK;
    add_verify(app, code);
    add_play(app, code);
    add_routes(app, code);
    add_inventory_commands(app, code);
    add_node_commands(app, code);
    add_ipam_commands(app, code);
    add_decode_commands(app, code);
    try {
        app.parse(argc, argv);
    } catch (const CLI::ParseError& error) {
        return app.exit(error) == 0 ? EX_OK : EX_USAGE;  // 0: --help and --version
    }
    if (app.get_subcommands().empty()) {
        std::cerr << app.help();
        return EX_USAGE;
    }
    return code;
}

}  // namespace
}  // namespace routeproof::verifier

int main(int argc, char** argv) {
    try {
        return routeproof::verifier::run(argc, argv);
    } catch (const std::exception& mistake) {
        std::cerr << "routeproof: internal error: " << mistake.what() << '\n';
        return EX_SOFTWARE;
    }
}
