// SPDX-License-Identifier: MIT
#include "sample/socket_channels.h"

#include <algorithm>
#include <map>
#include <set>

namespace pageloupe {
namespace {

class Sockets {
 public:
  explicit Sockets(const ChannelFacts& facts);

  [[nodiscard]] std::vector<Channel> link();
  [[nodiscard]] std::vector<std::uint64_t> peers() const;

 private:
  [[nodiscard]] Channel unix_channel(const UnixSocket& socket);
  [[nodiscard]] Channel tcp_channel(const TcpSocket& socket);
  [[nodiscard]] Channel other(std::uint64_t inode) const;
  [[nodiscard]] std::uint64_t tcp_peer(const TcpSocket& socket) const;
  void add_ends(Channel& channel, std::uint64_t inode, EndRole role, const Result<Bytes>& waiting) const;

  const ChannelFacts& facts_;
  std::map<std::uint64_t, std::vector<const OpenEnd*>> holders_{};  // by inode
  std::map<std::uint64_t, const UnixSocket*> unix_{};
  std::map<std::uint64_t, const TcpSocket*> tcp_{};
  std::map<std::pair<TcpAddress, TcpAddress>, const TcpSocket*> by_address_{};
  std::set<std::uint64_t> done_{};
};

Sockets::Sockets(const ChannelFacts& facts) : facts_(facts) {
  for (const auto& open : facts.open) {
    if (const auto inode = bracketed_number(open.link, "socket")) holders_[*inode].push_back(&open);
  }
  if (facts.unix_sockets) {
    for (const auto& socket : *facts.unix_sockets) unix_[socket.inode] = &socket;
  }
  for (const auto& socket : facts.tcp) {
    if (socket.inode != 0) tcp_[socket.inode] = &socket;
    by_address_[{socket.local, socket.remote}] = &socket;
  }
}

// 0 where the other end is not on this host.
std::uint64_t Sockets::tcp_peer(const TcpSocket& socket) const {
  if (socket.listens()) return 0;
  const auto found = by_address_.find({socket.remote, socket.local});
  return found == by_address_.end() ? 0 : found->second->inode;
}

std::vector<std::uint64_t> Sockets::peers() const {
  std::vector<std::uint64_t> peers;
  for (const auto& [inode, ends] : holders_) {
    if (const auto at = unix_.find(inode); at != unix_.end()) peers.push_back(at->second->peer);
    if (const auto at = tcp_.find(inode); at != tcp_.end()) peers.push_back(tcp_peer(*at->second));
  }
  std::erase(peers, 0U);
  return peers;
}

void Sockets::add_ends(Channel& channel, std::uint64_t inode, EndRole role,
                       const Result<Bytes>& waiting) const {
  const auto found = holders_.find(inode);
  if (found == holders_.end()) return;
  for (const auto* open : found->second)
    channel.ends.push_back({open->pid, open->descriptor, role, open->inside, waiting});
}

void add_waiting(Channel& channel, Bytes more) { channel.waiting = channel.waiting.value_or(Bytes{}) + more; }

Channel Sockets::unix_channel(const UnixSocket& socket) {
  Channel channel{.type = ChannelType::unix_socket, .id = std::to_string(socket.inode), .name = socket.name};
  if (socket.listens) {
    channel.count = socket.receive_queue.value;
    add_ends(channel, socket.inode, EndRole::listen, fail(Errc::not_applicable));
    return channel;
  }
  add_ends(channel, socket.inode, EndRole::both, socket.receive_queue);
  add_waiting(channel, socket.receive_queue);
  const auto peer = unix_.find(socket.peer);
  if (socket.peer == 0 || peer == unix_.end()) {
    channel.note = socket.peer == 0 ? "no peer" : "";
    return channel;
  }
  channel.id += "-" + std::to_string(socket.peer);
  if (channel.name.empty()) channel.name = peer->second->name;
  // Of datagrams many may have one peer, which has another one or none.
  if (peer->second->peer != socket.inode) channel.note = "to a socket that many may send to";
  if (peer->second->peer == socket.inode) done_.insert(socket.peer);
  add_ends(channel, socket.peer, EndRole::both, peer->second->receive_queue);
  add_waiting(channel, peer->second->receive_queue);
  return channel;
}

Channel Sockets::tcp_channel(const TcpSocket& socket) {
  Channel channel{
      .type = ChannelType::tcp, .id = std::to_string(socket.inode), .name = to_text(socket.local)};
  if (socket.listens()) {
    channel.count = socket.receive_queue.value;
    add_ends(channel, socket.inode, EndRole::listen, fail(Errc::not_applicable));
    return channel;
  }
  channel.name += " - " + to_text(socket.remote);
  add_ends(channel, socket.inode, EndRole::both, socket.receive_queue);
  add_waiting(channel, socket.receive_queue);
  const auto peer = by_address_.find({socket.remote, socket.local});
  if (peer == by_address_.end()) {
    channel.note = "the other end is not in this network namespace";
    return channel;
  }
  add_waiting(channel, peer->second->receive_queue);
  if (peer->second->inode == 0) {
    channel.note = "the other end is not accepted, or closed";
    return channel;
  }
  channel.id += "-" + std::to_string(peer->second->inode);
  done_.insert(peer->second->inode);
  if (peer->second->inode != socket.inode)
    add_ends(channel, peer->second->inode, EndRole::both, peer->second->receive_queue);
  return channel;
}

Channel Sockets::other(std::uint64_t inode) const {
  Channel channel{.type = ChannelType::socket, .id = std::to_string(inode)};
  add_ends(channel, inode, EndRole::both, fail(Errc::unsupported));
  channel.waiting = fail(Errc::unsupported);
  const auto found = holders_.find(inode);
  const bool foreign = found != holders_.end() && found->second.front()->foreign_network;
  if (foreign) {
    channel.note = "in another network namespace, whose UNIX sockets are not told";
  } else if (!facts_.unix_sockets) {
    channel.note = "UNIX sockets are not told: " + std::string(reason(facts_.unix_sockets.error().code));
  } else {
    channel.note = "neither UNIX nor TCP, or not connected";
  }
  return channel;
}

std::vector<Channel> Sockets::link() {
  std::vector<Channel> channels;
  for (const auto& [inode, ends] : holders_) {
    if (done_.contains(inode)) continue;
    done_.insert(inode);
    if (const auto at = unix_.find(inode); at != unix_.end()) {
      channels.push_back(unix_channel(*at->second));
    } else if (const auto tcp = tcp_.find(inode); tcp != tcp_.end()) {
      channels.push_back(tcp_channel(*tcp->second));
    } else {
      channels.push_back(other(inode));
    }
  }
  return channels;
}

}  // namespace

std::vector<Channel> link_sockets(const ChannelFacts& facts) { return Sockets(facts).link(); }

std::vector<std::uint64_t> peers_of(const ChannelFacts& facts) { return Sockets(facts).peers(); }

}  // namespace pageloupe
