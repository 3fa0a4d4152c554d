#include "tests/interop/netconf/netconfd.hpp"

#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstring>
#include <fstream>
#include <stdexcept>

namespace routeproof::drivers {
namespace {

namespace fs = std::filesystem;

constexpr const char* kServer = "/usr/sbin/netconfd";
constexpr const char* kSubsystem = "/usr/sbin/netconf-subsystem";

constexpr const char* kModule = R"(module lab-routes {
  namespace "urn:lab:routes";
  prefix lr;
  container routes {
    list route {
      key "prefix";
      leaf prefix { type string { length "1..64"; } }
      leaf origin-as { type uint32; }
      leaf note { type string; }
    }
  }
}
)";

std::string startup(int routes) {
    std::string text =
        "<config xmlns=\"urn:ietf:params:xml:ns:netconf:base:1.0\"><routes "
        "xmlns=\"urn:lab:routes\">";
    for (int i = 0; i < routes; ++i) {
        text += "<route><prefix>10.0." + std::to_string(i / 256) + '.' + std::to_string(i % 256) +
                "/32</prefix><origin-as>" + std::to_string(65100 + i % 2) + "</origin-as></route>";
    }
    return text + "</routes></config>";
}

bool listens(const fs::path& path) {
    const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    const bool up = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
    ::close(fd);
    return up;
}

}  // namespace

std::string missing_netconfd() {
    for (const char* program : {kServer, kSubsystem}) {
        if (::access(program, X_OK) != 0) {
            return std::string(program) + " is not installed";
        }
    }
    return missing_openssh();
}

Netconfd::Netconfd(const std::string& protocols, int routes) {
    // Both must know the other's port and socket: the socket lies where sshd's files will be.
    sshd_ = std::make_unique<Sshd>(std::vector{std::string("Subsystem netconf ") + kSubsystem +
                                               " --ncxserver-sockname=%PORT%@%FOLDER%/ncx.sock"});
    const fs::path& folder = sshd_->folder();
    const fs::path socket = folder / "ncx.sock";
    std::ofstream(folder / "lab-routes.yang") << kModule;
    std::ofstream(folder / "startup.xml") << startup(routes);
    pid_ = start_program({kServer,
                          "--module=lab-routes",
                          "--modpath=" + folder.string() + ":/usr/share/yuma/modules",
                          "--startup=" + (folder / "startup.xml").string(),
                          "--superuser=" + sshd_->target().access.credentials.user,
                          "--target=candidate",
                          "--system-sorted=false",
                          "--protocols=" + protocols,
                          "--port=" + std::to_string(sshd_->port()),
                          "--ncxserver-sockname=" + socket.string()},
                         folder / "netconfd.log");
    while (!listens(socket)) {
        if (::waitpid(pid_, nullptr, WNOHANG) != 0) {
            pid_ = -1;
            throw std::runtime_error("netconfd does not start: " +
                                     read_file(folder / "netconfd.log"));
        }
        ::usleep(10'000);
    }
}

Netconfd::~Netconfd() {
    end_program(pid_);
}

}  // namespace routeproof::drivers
