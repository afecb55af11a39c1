// SPDX-License-Identifier: MIT
#include "proc/cgroup.h"

#include <string>

#include "support/catch.h"

namespace pageloupe {
namespace {

const std::string kId = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

TEST_CASE("parse_cgroup takes the path of version 2", "[proc]") {
  const auto paths = parse_cgroup("0::/user.slice/user-0.slice/session-1.scope\n");
  REQUIRE(paths);
  CHECK(paths->path == "/user.slice/user-0.slice/session-1.scope");
  CHECK(paths->v2);
}

TEST_CASE("a version 1 hierarchy that holds the memory controller accounts the memory", "[proc]") {
  const auto paths = parse_cgroup("9:name=systemd:/a\n5:devices:/b\n4:hugetlb,memory:/jobs/7\n0::/\n");
  REQUIRE(paths);
  CHECK(paths->path == "/jobs/7");
  CHECK_FALSE(paths->v2);
}

TEST_CASE("a controller whose name only contains memory is another one", "[proc]") {
  const auto paths = parse_cgroup("4:memory_x:/no\n0::/yes\n");
  REQUIRE(paths);
  CHECK(paths->path == "/yes");
}

TEST_CASE("without memory and version 2, systemd's hierarchy tells the path, else the first", "[proc]") {
  const auto systemd = parse_cgroup("3:cpu:/first\n1:name=systemd:/second\n");
  REQUIRE(systemd);
  CHECK(systemd->path == "/second");
  const auto first = parse_cgroup("3:cpu:/first\n2:pids:/second\n");
  REQUIRE(first);
  CHECK(first->path == "/first");
}

TEST_CASE("a cgroup's path keeps its colons and blanks", "[proc]") {
  const auto paths = parse_cgroup("0::/a:b c/cri:x (deleted)\n");
  REQUIRE(paths);
  CHECK(paths->path == "/a:b c/cri:x (deleted)");
}

TEST_CASE("parse_cgroup says which line it cannot read", "[proc]") {
  const auto line = [](std::string_view text) {
    const auto paths = parse_cgroup(text);
    REQUIRE_FALSE(paths);
    CHECK(paths.error().code == Errc::malformed);
    return paths.error().line;
  };
  CHECK(line("") == 0);
  CHECK(line("0:\n") == 1);
  CHECK(line("0::/\nx:memory:/\n") == 2);
  CHECK(line("0::/\n1:memory:relative\n") == 2);
}

TEST_CASE("container_id finds the ID that each runtime writes", "[proc]") {
  const auto path =
      GENERATE(as<std::string>{}, "/docker/ID", "/docker/ID/init.scope", "/system.slice/docker-ID.scope",
               "/docker/ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff/docker/ID",
               "/kubepods/burstable/pod0d2cd5a4-5f6c-4b3a-9d4b-2f1e8f8e8f8e/ID",
               "/kubepods.slice/kubepods-podx.slice/cri-containerd-ID.scope",
               "/kubepods.slice/kubepods-podx.slice/crio-ID.scope/container",
               "/system.slice/containerd.service/kubepods-podx.slice:cri-containerd:ID",
               "/machine.slice/libpod-ID.scope/container",
               "/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope", "/k8s.io/ID",
               "/../../docker/ID", "/system.slice/docker-ID.scope (deleted)");
  auto text = path;
  text.replace(text.find("ID"), 2, kId);
  INFO(text);
  CHECK(container_id(text) == "0123456789ab");
}

TEST_CASE("container_id finds the names of lxc and of systemd-nspawn", "[proc]") {
  CHECK(container_id("/lxc/web/system.slice/cron.service") == "web");
  CHECK(container_id("/lxc.payload.web/init.scope") == "web");
  CHECK(container_id("/lxc.payload/web") == "web");
  CHECK(container_id("/machine.slice/machine-deb\\x2dsid.scope") == "deb\\x2dsid");
  CHECK(container_id("/machine.slice/systemd-nspawn@sid.service/payload") == "sid");
}

TEST_CASE("container_id is empty where no container is named", "[proc]") {
  const auto path =
      GENERATE(as<std::string>{}, "", "/", "//", "relative", "/init.scope", "/user.slice/user-0.slice",
               "/system.slice/docker.service", "/docker/0123456789ab", "/lxc.monitor.web", "/lxc",
               "/machine.slice/machine-qemu\\x2d1\\x2dvm.scope", "/machine.slice/machine-.scope",
               "/jobs/df0f092be09565a5d00d05ebb86d15d9");
  INFO(path);
  CHECK(container_id(path).empty());
  CHECK(container_id("/machine.slice/libpod-conmon-" + kId + ".scope").empty());
  CHECK(container_id("/x/crio-conmon-" + kId + ".scope").empty());
  CHECK(container_id("/x/" + kId + "0").empty());
}

}  // namespace
}  // namespace pageloupe
