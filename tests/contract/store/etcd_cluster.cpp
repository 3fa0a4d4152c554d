#include "tests/contract/store/etcd_cluster.hpp"

#include "inventory/store/etcd/connection.hpp"

#include <fcntl.h>
#include <netinet/in.h>
#include <nlohmann/json.hpp>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>

namespace routeproof::test {
namespace {

namespace etcd = store::etcd;
using std::chrono::seconds;

constexpr const char* kEtcd = "/usr/bin/etcd";
constexpr const char* kOpenssl = "/usr/bin/openssl";
constexpr seconds kStartPatience{60};

pid_t start_program(const std::vector<std::string>& words, const std::filesystem::path& log) {
    std::vector<char*> arguments;
    for (const std::string& word : words) {
        arguments.push_back(const_cast<char*>(word.c_str()));
    }
    arguments.push_back(nullptr);
    const int output = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    const pid_t process = ::fork();
    if (process == 0) {
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);  // whatever becomes of the test
        ::dup2(output, STDOUT_FILENO);
        ::dup2(output, STDERR_FILENO);
        ::execv(arguments.front(), arguments.data());
        ::_exit(127);
    }
    ::close(output);
    return process;
}

std::uint16_t free_port() {
    const int probe = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool found = ::bind(probe, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       ::getsockname(probe, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    ::close(probe);
    if (!found) {
        throw std::runtime_error("no free port on loopback");
    }
    return ntohs(address.sin_port);
}

std::string text_of(const std::filesystem::path& file) {
    std::ostringstream text;
    text << std::ifstream(file).rdbuf();
    return text.str();
}

}  // namespace

Certificates::Certificates() {
    const std::vector<std::string> authority{"-addext", "basicConstraints=critical,CA:TRUE"};
    make("ca", authority);
    make("stranger-ca", authority);
    const auto signed_by = [this](const std::string& name) {
        return std::vector<std::string>{"-CA", file(name + ".pem"), "-CAkey", file(name + ".key")};
    };
    auto server = signed_by("ca");
    // etcd's gateway is a client of its own member, with the member's certificate.
    for (const char* option : {"-addext",
                               "subjectAltName=IP:127.0.0.1",
                               "-addext",
                               "extendedKeyUsage=serverAuth,clientAuth"}) {
        server.emplace_back(option);
    }
    make("server", server);
    make("client", signed_by("ca"));
    make("stranger", signed_by("stranger-ca"));
}

void Certificates::make(const std::string& name, const std::vector<std::string>& options) {
    std::vector<std::string> words{kOpenssl,
                                   "req",
                                   "-x509",
                                   "-newkey",
                                   "ec",
                                   "-pkeyopt",
                                   "ec_paramgen_curve:P-256",
                                   "-nodes",
                                   "-days",
                                   "1",
                                   "-subj",
                                   "/CN=routeproof " + name,
                                   "-keyout",
                                   file(name + ".key"),
                                   "-out",
                                   file(name + ".pem")};
    words.insert(words.end(), options.begin(), options.end());
    const pid_t process = start_program(words, file("log"));
    int status = -1;
    if (::waitpid(process, &status, 0) != process || status != 0) {
        throw std::runtime_error("openssl made no certificate (./dev setup installs it): " +
                                 text_of(file("log")));
    }
}

etcd::TlsFiles Certificates::files(const std::string& authority, const std::string& client) const {
    etcd::TlsFiles files;
    files.authority = file(authority + ".pem");
    if (!client.empty()) {
        files.certificate = file(client + ".pem");
        files.key = file(client + ".key");
    }
    return files;
}

EtcdCluster::EtcdCluster(std::size_t members, const Certificates* certificates)
    : certificates_(certificates), members_(members) {
    if (::access(kEtcd, X_OK) != 0) {
        throw std::runtime_error("etcd-server is not installed (./dev setup installs it)");
    }
    for (Member& member : members_) {
        member.client_port = free_port();
        member.peer_port = free_port();
    }
    for (std::size_t i = 0; i < members_.size(); ++i) {
        start(i);
    }
    auto patient = options();
    patient.patience = kStartPatience;
    const auto there = store::EtcdStore::open(patient).value()->get("anything");
    if (!there) {
        throw std::runtime_error("etcd does not start: " + there.error().message() + "\n" +
                                 text_of(folder_.path() / "0.log"));
    }
}

EtcdCluster::~EtcdCluster() {
    for (std::size_t i = 0; i < members_.size(); ++i) {
        kill(i);
    }
}

void EtcdCluster::start(std::size_t member) {
    const auto peer = [this](std::size_t i) {
        return "http://127.0.0.1:" + std::to_string(members_[i].peer_port);
    };
    std::string cluster;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        cluster += (i == 0 ? "m" : ",m") + std::to_string(i) + "=" + peer(i);
    }
    const std::string name = "m" + std::to_string(member);
    const std::string url = endpoint(member).to_string();
    std::vector<std::string> words{kEtcd,
                                   "--name=" + name,
                                   "--data-dir=" + (folder_.path() / name).string(),
                                   "--listen-client-urls=" + url,
                                   "--advertise-client-urls=" + url,
                                   "--listen-peer-urls=" + peer(member),
                                   "--initial-advertise-peer-urls=" + peer(member),
                                   "--initial-cluster=" + cluster,
                                   "--heartbeat-interval=50",
                                   "--election-timeout=500"};
    if (certificates_ != nullptr) {
        words.push_back("--cert-file=" + certificates_->file("server.pem").string());
        words.push_back("--key-file=" + certificates_->file("server.key").string());
        words.push_back("--trusted-ca-file=" + certificates_->file("ca.pem").string());
        words.push_back("--client-cert-auth");
    }
    members_[member].process =
        start_program(words, folder_.path() / (std::to_string(member) + ".log"));
}

void EtcdCluster::signal(std::size_t member, int number) const {
    ::kill(members_[member].process, number);
}

void EtcdCluster::kill(std::size_t member) {
    pid_t& process = members_[member].process;
    if (process > 0) {
        ::kill(process, SIGKILL);
        ::waitpid(process, nullptr, 0);
        process = -1;
    }
}

etcd::Endpoint EtcdCluster::endpoint(std::size_t member) const {
    return {certificates_ != nullptr, "127.0.0.1", members_[member].client_port};
}

store::EtcdOptions EtcdCluster::options(std::size_t first) const {
    store::EtcdOptions options;
    for (std::size_t i = 0; i < members_.size(); ++i) {
        options.endpoints.push_back(endpoint((first + i) % members_.size()));
    }
    if (certificates_ != nullptr) {
        options.tls = certificates_->files("ca", "client");
    }
    options.patience = seconds(20);  // for a machine that has other things to do
    return options;
}

std::string EtcdCluster::ask(std::size_t member,
                             const std::string& path,
                             const std::string& body) const {
    const auto deadline = std::chrono::steady_clock::now() + seconds(20);
    auto connection = etcd::Connection::open(endpoint(member), nullptr, deadline);
    auto reply = connection ? (*connection)->post(path, body, deadline)
                            : store::Result<etcd::HttpReply>(connection.error());
    if (!reply || reply->status != 200) {
        throw std::runtime_error(path + ": " + (reply ? reply->body : reply.error().message()));
    }
    return reply->body;
}

std::size_t EtcdCluster::leader() const {
    for (std::size_t i = 0; i < members_.size(); ++i) {
        if (members_[i].process > 0) {
            const auto status = nlohmann::json::parse(ask(i, "/v3/maintenance/status", "{}"));
            if (status.at("header").at("member_id") == status.at("leader")) {
                return i;
            }
        }
    }
    throw std::runtime_error("etcd has no leader");
}

void EtcdCluster::compact(store::Revision revision) const {
    const auto number = std::to_string(static_cast<std::int64_t>(revision));
    for (std::size_t i = 0; i < members_.size(); ++i) {
        if (members_[i].process > 0) {
            (void)ask(i, "/v3/kv/compaction", R"({"revision":")" + number + R"("})");
            return;
        }
    }
}

}  // namespace routeproof::test
