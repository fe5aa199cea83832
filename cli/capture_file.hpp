// A pcapng file that grows while a lab runs, from what the lab's control socket tells: see
// view/stream_capture.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "cli/json.hpp"
#include "sockeye/error.hpp"
#include "wire/pcapng.hpp"

namespace sockeye::cli {

class CaptureFile {
public:
    /// @param path  "-": standard output
    /// @returns input_output, with a detail that names the file
    static Result<CaptureFile> open(const std::string& path);

    CaptureFile(CaptureFile&&) noexcept;
    CaptureFile& operator=(CaptureFile&&) noexcept;
    ~CaptureFile();

    /// Cards and names first, then frames, each written before it returns. What it does not know is left out.
    /// @returns false: they cannot be written
    bool add(const std::vector<Json>& objects);
    /// The last block says what it is of. @returns how many frames there are
    Result<std::size_t> close();

private:
    struct Output;
    explicit CaptureFile(std::unique_ptr<Output> output);

    void add(const Json& object);
    void begin(const Json& capture);
    void add_frame(const Json& frame);

    std::unique_ptr<Output> output_;
    std::map<std::string, std::uint32_t> interfaces_;
    std::string recording_;
    std::size_t frames_ = 0;
};

}  // namespace sockeye::cli
