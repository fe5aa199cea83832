#include "cli/capture_file.hpp"

#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <utility>

#include "lab/pcapng.hpp"

namespace sockeye::cli {
namespace {

using Direction = wire::PcapngWriter::Direction;

std::uint8_t digit_of(char c) {
    return static_cast<std::uint8_t>(c >= 'a' ? c - 'a' + 10 : c - '0');
}

std::vector<std::byte> from_hex(const std::string& text) {
    std::vector<std::byte> octets(text.size() / 2);
    for (std::size_t i = 0; i < octets.size(); ++i)
        octets[i] = static_cast<std::byte>(digit_of(text[2 * i]) << 4 | digit_of(text[2 * i + 1]));
    return octets;
}

std::string text_in(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string{};
}

std::uint64_t number_in(const Json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_number_unsigned() ? found->get<std::uint64_t>() : 0;
}

}  // namespace

struct CaptureFile::Output {
    Output(std::FILE* opened, std::string called) : file{opened}, path{std::move(called)} {}
    Output(const Output&) = delete;
    Output& operator=(const Output&) = delete;
    ~Output() {
        if (file != nullptr && file != stdout) std::fclose(file);
    }

    /// A reader at the other end of a pipe sees it at once.
    void write() {
        if (failed) return;
        const bool written = std::fwrite(buffer.data(), 1, buffer.size(), file) == buffer.size();
        failed = !written || std::fflush(file) != 0;
        buffer.clear();
    }

    std::FILE* file;
    std::string path;
    std::string buffer{};
    wire::PcapngWriter writer{buffer};
    bool failed = false;
};

Result<CaptureFile> CaptureFile::open(const std::string& path) {
    std::FILE* const file = path == "-" ? stdout : std::fopen(path.c_str(), "wbe");
    if (file == nullptr)
        return std::unexpected{Error{Errc::input_output, "open", path + " cannot be written"}};
    return CaptureFile{std::make_unique<Output>(file, path == "-" ? "standard output" : path)};
}

CaptureFile::CaptureFile(std::unique_ptr<Output> output) : output_{std::move(output)} {
    output_->writer.section("Sockeye");
}

CaptureFile::CaptureFile(CaptureFile&&) noexcept = default;
CaptureFile& CaptureFile::operator=(CaptureFile&&) noexcept = default;
CaptureFile::~CaptureFile() = default;

bool CaptureFile::add(const std::vector<Json>& objects) {
    for (const Json& object : objects) add(object);
    output_->write();
    return !output_->failed;
}

void CaptureFile::add(const Json& object) {
    const std::string kind = text_in(object, "kind");
    if (kind == "capture") begin(object);
    if (kind == "frame") add_frame(object);
    if (kind == "recording") recording_ = text_in(object, "text");
}

void CaptureFile::begin(const Json& capture) {
    for (const Json& card : capture.value("cards", Json::array())) {
        const std::string name = text_in(card, "name");
        const std::string cable = text_in(card, "cable");
        interfaces_[name] = output_->writer.interface(
            {.name = name, .description = cable, .bits_per_second = number_in(card, "bits_per_second")});
    }
    std::vector<wire::PcapngWriter::NameRecord> names;
    for (const Json& one : capture.value("names", Json::array()))
        if (const Result<IpAddress> address = IpAddress::parse(text_in(one, "address")))
            names.push_back({*address, text_in(one, "name")});
    output_->writer.names(names);
}

void CaptureFile::add_frame(const Json& frame) {
    const auto interface = interfaces_.find(text_in(frame, "card"));
    if (interface == interfaces_.end()) return;
    const std::vector<std::byte> octets = from_hex(text_in(frame, "bytes"));
    const std::string lost = text_in(frame, "lost");
    const std::string comment = lost.empty() ? "" : "DROP " + lost;
    output_->writer.packet(
        {.interface = interface->second,
         .at = Instant{Duration{static_cast<std::int64_t>(number_in(frame, "at_ns"))}} + lab::epoch,
         .frame = octets,
         .direction = text_in(frame, "direction") == "in" ? Direction::inbound : Direction::outbound,
         .comment = comment});
    ++frames_;
}

Result<std::size_t> CaptureFile::close() {
    if (!recording_.empty()) output_->writer.custom(recording_);
    output_->write();
    if (output_->failed)
        return std::unexpected{Error{Errc::input_output, "write", output_->path + " takes no more"}};
    return frames_;
}

}  // namespace sockeye::cli
