// A text that never shows itself: it cannot be printed, and its memory is wiped when it goes.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace routeproof {

class Secret {
public:
    Secret() = default;
    explicit Secret(std::string text) : text_(std::move(text)) {}
    Secret(const Secret&) = default;
    Secret(Secret&& other) noexcept : text_(std::move(other.text_)) { other.wipe(); }
    Secret& operator=(const Secret& other) {
        if (this != &other) {
            wipe();
            text_ = other.text_;
        }
        return *this;
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            wipe();
            text_ = std::move(other.text_);
            other.wipe();
        }
        return *this;
    }
    ~Secret() { wipe(); }

    bool empty() const { return text_.empty(); }
    /// For the one place that hands it to the kernel or a library.
    std::string_view reveal() const { return text_; }
    const char* c_str() const { return text_.c_str(); }

    friend bool operator==(const Secret&, const Secret&) = default;

private:
    void wipe() {
        text_.resize(
            text_.capacity());  // what was moved out of a short string stays behind its end
        volatile char* at = text_.data();  // volatile: the compiler must not think it useless
        for (std::size_t i = 0; i < text_.size(); ++i) {
            at[i] = 0;
        }
        text_.clear();
    }

    std::string text_;
};

}  // namespace routeproof
