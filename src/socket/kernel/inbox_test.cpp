#include "socket/kernel/inbox.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

namespace sockeye::kernel {
namespace {

void add(Inbox& inbox, std::string_view text) {
    inbox.add(std::as_bytes(std::span{text.data(), text.size()}));
}

TEST(KernelInbox, HandsOnWhatFitsAsItCame) {
    Inbox inbox;
    add(inbox, "hello");
    EXPECT_EQ(inbox.take(5).text(), "hello");
    EXPECT_TRUE(inbox.empty());
}

TEST(KernelInbox, JoinsWhatCameInPieces) {
    Inbox inbox;
    add(inbox, "one ");
    add(inbox, "two ");
    add(inbox, "three");
    EXPECT_EQ(inbox.take(6).text(), "one tw");
    EXPECT_EQ(inbox.unread(), 7);
    EXPECT_EQ(inbox.take(100).text(), "o three");
}

RC_GTEST_PROP(KernelInbox, LosesAndReordersNothing, ()) {
    Inbox inbox;
    std::string in;
    std::string out;
    for (const auto& [piece, most] :
         *rc::gen::arbitrary<std::vector<std::pair<std::string, std::uint8_t>>>()) {
        if (!piece.empty()) add(inbox, piece);
        in += piece;
        if (most % 2 == 0) {
            out += inbox.take(most).text();
        } else {
            Bytes buffer{most};
            buffer.truncate(inbox.take(std::span{buffer.data(), buffer.size()}));
            out += buffer.text();
        }
        RC_ASSERT(inbox.unread() == in.size() - out.size());
    }
    RC_ASSERT(in.starts_with(out));
}

}  // namespace
}  // namespace sockeye::kernel
