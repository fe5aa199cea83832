#include "test/lessons/sockeye.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace sockeye::test {

namespace {

struct Pipe {
    int out = -1;
    int in = -1;

    Pipe() {
        int ends[2];
        if (::pipe2(ends, O_CLOEXEC) != 0) throw std::system_error{errno, std::generic_category(), "pipe2"};
        out = ends[0];
        in = ends[1];
    }

    /// To its end, which comes when the other side has closed it too.
    std::string read_all() const {
        ::close(in);
        std::string text;
        char buffer[4096];
        for (ssize_t count; (count = ::read(out, buffer, sizeof buffer)) > 0;)
            text.append(buffer, static_cast<std::size_t>(count));
        ::close(out);
        return text;
    }
};

}  // namespace

Answer sockeye(std::vector<std::string> words) {
    words.insert(words.begin(), SOCKEYE_COMMAND);
    std::vector<char*> argv;
    for (std::string& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    const Pipe text;
    const Pipe said;  // a few lines, which fit into the pipe until they are read
    posix_spawn_file_actions_t files;
    posix_spawn_file_actions_init(&files);
    posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&files, text.in, STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&files, said.in, STDERR_FILENO);
    pid_t child = 0;
    const int problem = ::posix_spawn(&child, argv[0], &files, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&files);
    Answer answer;
    answer.text = text.read_all();
    answer.words = said.read_all();
    if (problem != 0) throw std::system_error{problem, std::generic_category(), argv[0]};
    int status = 0;
    ::waitpid(child, &status, 0);
    if (WIFEXITED(status)) answer.exit = WEXITSTATUS(status);
    return answer;
}

}  // namespace sockeye::test
