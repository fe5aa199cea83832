// A folder of the machine for one test.
#pragma once

#include <fcntl.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

#include "socket/kernel/directory.hpp"

namespace sockeye::test {

/// New and empty; removed with all that is in it.
class Folder {
public:
    Folder() : path_{(std::filesystem::temp_directory_path() / "sockeye-XXXXXX").string()} {
        if (::mkdtemp(path_.data()) == nullptr)
            throw std::system_error{errno, std::generic_category(), path_};
    }
    ~Folder() { std::filesystem::remove_all(path_); }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    const std::string& path() const { return path_; }
    std::string path(std::string_view name) const { return path_ + "/" + std::string{name}; }
    std::string read(std::string_view name) const {
        std::ifstream file{path(name), std::ios::binary};
        return {std::istreambuf_iterator<char>{file}, {}};
    }
    void write(std::string_view name, std::string_view text) const {
        std::ofstream{path(name), std::ios::binary} << text;
    }
    Directory directory(kernel::Directory::Walk walk = kernel::Directory::Walk::by_kernel) const {
        kernel::Descriptor folder{::open(path_.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
        return Directory{std::make_shared<kernel::Directory>(std::move(folder), walk)};
    }

private:
    std::string path_;
};

}  // namespace sockeye::test
