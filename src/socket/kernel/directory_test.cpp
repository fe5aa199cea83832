#include "socket/kernel/directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>

#include "sockeye/kernel.hpp"
#include "test/support/folder.hpp"

namespace sockeye {
namespace {

using Walk = kernel::Directory::Walk;
using testing::HasSubstr;

struct Links : testing::Test {
    Links() {
        std::filesystem::create_directory(folder.path("in"));
        folder.write("in/a", "inside");
        folder.write("secret", "outside");
        tree_folder = folder.path("in");
    }
    void link(const std::string& to, const std::string& name) const {
        std::filesystem::create_symlink(to, folder.path("in/" + name));
    }
    Directory tree(Walk walk) const {
        kernel::Descriptor opened{::open(tree_folder.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)};
        return Directory{std::make_shared<kernel::Directory>(std::move(opened), walk)};
    }

    test::Folder folder;
    std::string tree_folder;
};

TEST_F(Links, ThatLeadOutAreRefusedWhereverTheyStandInAPath) {
    link("../secret", "relative");
    link(folder.path("secret"), "absolute");
    link("..", "up");
    link("/proc/self/root", "magic");
    for (Walk walk : {Walk::by_kernel, Walk::by_steps}) {
        Directory inside = tree(walk);
        for (const char* path : {"relative", "absolute"}) {
            EXPECT_EQ(inside.open(path).error(), Errc::permission_denied) << path;
            EXPECT_EQ(inside.open(path, Access::update).error(), Errc::permission_denied) << path;
        }
        for (const char* path : {"up/secret", "up/new", "magic/etc/passwd"}) {
            EXPECT_FALSE(inside.open(path)) << path;
            EXPECT_FALSE(inside.open(path, Access::create)) << path;
            EXPECT_FALSE(inside.remove(path)) << path;
            EXPECT_FALSE(inside.rename("a", path)) << path;
            EXPECT_FALSE(inside.make_directory(path)) << path;
            EXPECT_FALSE(inside.set_status(path, {.mode = 0777})) << path;
            EXPECT_FALSE(inside.stat(path)) << path;
        }
        EXPECT_FALSE(inside.list("up"));
        EXPECT_FALSE(inside.set_status("relative", {.mode = 0777}));
    }
    EXPECT_EQ(folder.read("secret"), "outside");
    EXPECT_EQ(folder.read("in/a"), "inside");
}

TEST_F(Links, ThatStayInsideAreFollowedByANewEnoughKernel) {
    link("a", "b");
    EXPECT_TRUE(tree(Walk::by_kernel).open("b"));
    EXPECT_EQ(tree(Walk::by_steps).open("b").error(), Errc::permission_denied);
}

TEST_F(Links, AreToldApartAndRemovedAsLinks) {
    link("../secret", "out");
    Directory inside = tree(Walk::by_kernel);
    EXPECT_EQ(inside.stat("out").value().kind, FileKind::link);
    EXPECT_EQ(inside.list().value()[1].kind, FileKind::link);
    inside.remove("out").value();
    EXPECT_EQ(folder.read("secret"), "outside");
}

TEST(KernelDirectory, IsNotSentElsewhereByALinkThatIsPutThereLater) {
    const test::Folder folder;
    std::filesystem::create_directory(folder.path("in"));
    std::filesystem::create_directory(folder.path("out"));
    KernelNetwork network;
    Directory inside = network.directory(folder.path("in")).value();
    std::filesystem::rename(folder.path("in"), folder.path("moved"));
    std::filesystem::create_symlink(folder.path("out"), folder.path("in"));
    inside.open("a", Access::create).value().pwrite("x", 0).value();
    EXPECT_EQ(folder.read("moved/a"), "x");
}

TEST(KernelDirectory, AFifoNeitherMakesItWaitNorIsAFile) {
    const test::Folder folder;
    ASSERT_EQ(::mkfifo(folder.path("fifo").c_str(), 0600), 0);
    Directory tree = folder.directory();
    EXPECT_THAT(tree.open("fifo").error().message(), HasSubstr("not a regular file"));
    EXPECT_EQ(tree.stat("fifo").value().kind, FileKind::other);
}

TEST(KernelDirectory, AFileHasADescriptor) {
    const test::Folder folder;
    folder.write("a", "x");
    struct stat file{};
    File opened = folder.directory().open("a").value();
    ASSERT_EQ(::fstat(opened.fileno(), &file), 0);
    EXPECT_EQ(file.st_size, 1);
}

TEST(KernelDirectory, ThatIsNotThereIsNotFoundAndNamed) {
    const test::Folder folder;
    folder.write("a", "x");
    KernelNetwork network;
    EXPECT_EQ(network.directory(folder.path("none")).error().message(),
              "open: not found (" + folder.path("none") + ")");
    EXPECT_EQ(network.directory(folder.path("a")).error().message(),
              "open: not found (" + folder.path("a") + ": not a directory)");
}

}  // namespace
}  // namespace sockeye
