// A further line of known_hosts. The file is replaced, not written into: a reader sees the old one
// or the new one, and so does whoever looks after a power cut.
#include "drivers/ssh/known_hosts.hpp"
#include "drivers/trust.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace routeproof::ssh {
namespace {

namespace fs = std::filesystem;

/// The first error of a row of system calls, later ones are not made.
class Steps {
public:
    template <class Call>
    bool operator()(Call call) {
        if (error_ == 0 && call() < 0) {
            error_ = errno == 0 ? EIO : errno;
        }
        return error_ == 0;
    }
    int error() const { return error_; }

private:
    int error_ = 0;
};

class Descriptor {
public:
    explicit Descriptor(int fd) : fd_(fd) {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int get() const { return fd_; }

private:
    int fd_;
};

int write_all(int fd, std::string_view text) {
    while (!text.empty()) {
        const auto n = ::write(fd, text.data(), text.size());
        if (n < 0) {
            return -1;
        }
        text.remove_prefix(static_cast<std::size_t>(n));
    }
    return 0;
}

/// 0 or an errno. `text` becomes the whole file, with the old one's mode and owner.
int replace(int folder, const fs::path& file, const std::string& text) {
    struct stat old {};
    const bool existed = ::stat(file.c_str(), &old) == 0;
    std::string name = file.string() + ".XXXXXX";
    const Descriptor fresh(::mkostemp(name.data(), O_CLOEXEC));
    Steps step;
    step([&] { return fresh.get(); });
    if (step.error() != 0) {
        return step.error();
    }
    step([&] { return ::fchmod(fresh.get(), existed ? old.st_mode & 0777 : 0600); });
    if (existed && (old.st_uid != ::geteuid() || old.st_gid != ::getegid())) {
        step([&] { return ::fchown(fresh.get(), old.st_uid, old.st_gid); });
    }
    step([&] { return write_all(fresh.get(), text); });
    step([&] { return ::fsync(fresh.get()); });
    if (!step([&] { return ::rename(name.c_str(), file.c_str()); })) {
        ::unlink(name.c_str());
        return step.error();
    }
    step([&] { return ::fsync(folder); });
    return step.error();
}

}  // namespace

drivers::Answer<std::size_t> append_known_host(const fs::path& written, const std::string& line) {
    std::error_code ignored;
    const fs::path file =
        fs::is_symlink(written, ignored) ? fs::canonical(written, ignored) : written;
    const auto trouble = [&](int error) {
        return drivers::Failure(
            drivers::Stage::HostKey,
            drivers::Failure::Kind::Trouble,
            written.string() + " cannot be written: " + std::generic_category().message(error));
    };
    if (file.empty()) {
        return trouble(ENOENT);
    }
    ::mkdir(file.parent_path().c_str(), 0700);  // as ssh does for ~/.ssh; it may well be there
    const Descriptor folder(::open(file.parent_path().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Two of us at once would each replace the other's line.
    if (folder.get() < 0 || ::flock(folder.get(), LOCK_EX) != 0) {
        return trouble(errno);
    }
    std::string text;
    if (::access(file.c_str(), F_OK) == 0) {
        std::ifstream in(file, std::ios::binary);
        std::ostringstream all;
        if (in && in.peek() != std::ifstream::traits_type::eof()) {
            all << in.rdbuf();
        }
        if (!in.is_open() || in.bad()) {
            return trouble(EACCES);  // what cannot be read must not be replaced
        }
        text = all.str();
    }
    if (!text.empty() && text.back() != '\n') {
        text += '\n';
    }
    text += line + '\n';
    if (const int error = replace(folder.get(), file, text); error != 0) {
        return trouble(error);
    }
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace routeproof::ssh

namespace routeproof::drivers {

Answer<std::size_t> remember_host_key(const inventory::Access& access, const HostKeySight& sight) {
    return ssh::append_known_host(
        access.known_hosts,
        ssh::known_hosts_name(access.address, access.port) + ' ' + sight.type + ' ' + sight.blob);
}

}  // namespace routeproof::drivers
