/*
 * The floor under ADD and DEL: the kernel requests that wire one pod and unwire it, sent by hand with nothing around them.
 * Whatever an agent adds shows as the ratio to this. Prints one JSON object with
 * the milliseconds of each.
 *
 *   kernel-floor PODS        (as root; works in a network namespace of its own, which ends with the process)
 *
 * ADD: one batch on a socket in the pod's namespace (veth with its peer in the host's namespace, up, address, gateway route, default
 * route, permanent neighbour), three sysctls and one batch on a socket in the host's (up, pod route, rules 512 and 1536).
 * DEL: one batch (two rules, the route); the veth goes with the namespace, outside of the measurement, as in the agent.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/fib_rules.h>
#include <linux/if_link.h>
#include <linux/neighbour.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <net/if.h>
#include <sched.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BATCH = 16384, TABLE_MAIN = 254, TABLE_ENI = 2, MTU = 9001 };

struct batch {
  char bytes[BATCH];
  size_t used;
  int requests;
};

static void die(const char *what) {
  perror(what);
  exit(1);
}

static uint32_t sequence;

static struct nlmsghdr *message(struct batch *batch, uint16_t type, uint16_t flags, const void *header, size_t size) {
  struct nlmsghdr *m = (struct nlmsghdr *)(void *)(batch->bytes + batch->used);
  memset(m, 0, NLMSG_SPACE(size));
  m->nlmsg_type = type;
  m->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
  m->nlmsg_seq = ++sequence;
  m->nlmsg_len = (uint32_t)NLMSG_LENGTH(size);
  memcpy(NLMSG_DATA(m), header, size);
  batch->requests++;
  return m;
}

static struct rtattr *attribute(struct nlmsghdr *m, uint16_t type, const void *value, size_t size) {
  struct rtattr *a = (struct rtattr *)(void *)((char *)m + NLMSG_ALIGN(m->nlmsg_len));
  a->rta_type = type;
  a->rta_len = (uint16_t)RTA_LENGTH(size);
  if (size > 0) memcpy(RTA_DATA(a), value, size);
  m->nlmsg_len = NLMSG_ALIGN(m->nlmsg_len) + (uint32_t)RTA_ALIGN(a->rta_len);
  return a;
}

static void attribute32(struct nlmsghdr *m, uint16_t type, uint32_t value) { attribute(m, type, &value, sizeof value); }

static void end_nest(struct nlmsghdr *m, struct rtattr *nest) {
  nest->rta_len = (uint16_t)((char *)m + m->nlmsg_len - (char *)nest);
}

static void end_message(struct batch *batch, struct nlmsghdr *m) { batch->used += NLMSG_ALIGN(m->nlmsg_len); }

static int netlink(void) {
  int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE);
  struct sockaddr_nl kernel = {.nl_family = AF_NETLINK};
  if (fd < 0 || connect(fd, (struct sockaddr *)&kernel, sizeof kernel) != 0) die("netlink");
  return fd;
}

static void carry_out(int fd, struct batch *batch, const char *what) {
  if (send(fd, batch->bytes, batch->used, 0) < 0) die(what);
  char answers[65536];
  while (batch->requests > 0) {
    ssize_t got = recv(fd, answers, sizeof answers, 0);
    if (got < 0) die(what);
    size_t left = (size_t)got;
    for (struct nlmsghdr *m = (void *)answers; NLMSG_OK(m, left); m = NLMSG_NEXT(m, left)) {
      if (m->nlmsg_type != NLMSG_ERROR) continue;
      int error = ((struct nlmsgerr *)NLMSG_DATA(m))->error;
      if (error != 0) {
        errno = -error;
        die(what);
      }
      batch->requests--;
    }
  }
  batch->used = 0;
}

static void veth(struct batch *batch, const char *host_name, int host_namespace) {
  struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  struct nlmsghdr *m = message(batch, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
  attribute(m, IFLA_IFNAME, "eth0", 5);
  attribute32(m, IFLA_MTU, MTU);
  attribute32(m, IFLA_TXQLEN, 0);
  struct rtattr *link = attribute(m, IFLA_LINKINFO, NULL, 0);
  attribute(m, IFLA_INFO_KIND, "veth", 4);
  struct rtattr *data = attribute(m, IFLA_INFO_DATA, NULL, 0);
  struct ifinfomsg none = {.ifi_family = AF_UNSPEC};
  struct rtattr *peer = attribute(m, VETH_INFO_PEER, &none, sizeof none);
  static const unsigned char mac[6] = {0x02, 0, 0, 0, 0, 1};
  attribute(m, IFLA_IFNAME, host_name, strlen(host_name) + 1);
  attribute(m, IFLA_ADDRESS, mac, sizeof mac);
  attribute32(m, IFLA_MTU, MTU);
  attribute32(m, IFLA_TXQLEN, 0);
  attribute32(m, IFLA_NET_NS_FD, (uint32_t)host_namespace);
  end_nest(m, peer);
  end_nest(m, data);
  end_nest(m, link);
  end_message(batch, m);
}

static void up(struct batch *batch, int index) {
  struct ifinfomsg info = {.ifi_family = AF_UNSPEC, .ifi_index = index, .ifi_flags = IFF_UP, .ifi_change = IFF_UP};
  end_message(batch, message(batch, RTM_NEWLINK, 0, &info, sizeof info));
}

static void route(struct batch *batch, uint16_t type, uint32_t destination, int index, uint32_t gateway) {
  struct rtmsg info = {.rtm_family = AF_INET, .rtm_table = TABLE_MAIN, .rtm_protocol = RTPROT_BOOT, .rtm_type = RTN_UNICAST,
                       .rtm_dst_len = destination == 0 ? 0 : 32, .rtm_scope = gateway == 0 ? RT_SCOPE_LINK : RT_SCOPE_UNIVERSE};
  struct nlmsghdr *m = message(batch, type, type == RTM_NEWROUTE ? NLM_F_CREATE | NLM_F_REPLACE : 0, &info, sizeof info);
  if (destination != 0) attribute32(m, RTA_DST, destination);
  if (gateway != 0) attribute32(m, RTA_GATEWAY, gateway);
  if (index != 0) attribute32(m, RTA_OIF, (uint32_t)index);
  end_message(batch, m);
}

static void address(struct batch *batch, uint32_t ip, int index) {
  struct ifaddrmsg info = {.ifa_family = AF_INET, .ifa_prefixlen = 32, .ifa_index = (uint32_t)index};
  struct nlmsghdr *m = message(batch, RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
  attribute32(m, IFA_LOCAL, ip);
  attribute32(m, IFA_ADDRESS, ip);
  end_message(batch, m);
}

static void neighbour(struct batch *batch, uint32_t ip, int index) {
  static const unsigned char mac[6] = {0x02, 0, 0, 0, 0, 1};
  struct ndmsg info = {.ndm_family = AF_INET, .ndm_ifindex = index, .ndm_state = NUD_PERMANENT};
  struct nlmsghdr *m = message(batch, RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_EXCL, &info, sizeof info);
  attribute32(m, NDA_DST, ip);
  attribute(m, NDA_LLADDR, mac, sizeof mac);
  end_message(batch, m);
}

static void rule(struct batch *batch, uint16_t type, uint32_t priority, uint16_t selector, uint32_t ip, uint32_t table) {
  struct fib_rule_hdr info = {.family = AF_INET, .action = FR_ACT_TO_TBL, .table = (uint8_t)table};
  *(selector == FRA_DST ? &info.dst_len : &info.src_len) = 32;
  struct nlmsghdr *m = message(batch, type, type == RTM_NEWRULE ? NLM_F_CREATE | NLM_F_EXCL : 0, &info, sizeof info);
  attribute32(m, FRA_PRIORITY, priority);
  attribute32(m, selector, ip);
  attribute32(m, FRA_TABLE, table);
  end_message(batch, m);
}

static void sysctl(const char *link, const char *key, const char *value) {
  char path[128];
  snprintf(path, sizeof path, "/proc/sys/net/ipv6/conf/%s/%s", link, key);
  int fd = open(path, O_WRONLY | O_CLOEXEC);
  if (fd < 0 && errno == ENOENT) return;
  if (fd < 0 || write(fd, value, strlen(value)) < 0) die(path);
  close(fd);
}

static double now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static void report(const char *name, const double *ms, int n, const char *end) {
  printf("\"%s\":[", name);
  for (int i = 0; i < n; i++) printf("%s%.4f", i > 0 ? "," : "", ms[i]);
  printf("]%s", end);
}

int main(int argc, char **argv) {
  int pods = argc > 1 ? atoi(argv[1]) : 200;
  if (pods < 1 || pods > 10000) {
    fprintf(stderr, "usage: kernel-floor PODS   (1 to 10000)\n");
    return 2;
  }
  if (unshare(CLONE_NEWNET) != 0) die("unshare (needs root)");
  int host_namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
  int host = netlink();
  double *add = calloc((size_t)pods, sizeof *add);
  double *del = calloc((size_t)pods, sizeof *del);
  static struct batch batch;
  if (add == NULL || del == NULL) die("memory");
  for (int i = 0; i < pods; i++) {
    uint32_t ip = htonl(0x0a000002u + (uint32_t)i);
    uint32_t gateway = htonl(0xa9fe0101u);
    char name[16];
    snprintf(name, sizeof name, "eni%08x", (unsigned)i);
    if (unshare(CLONE_NEWNET) != 0) die("unshare");
    int pod_namespace = open("/proc/self/ns/net", O_RDONLY | O_CLOEXEC);
    if (setns(host_namespace, CLONE_NEWNET) != 0) die("setns");

    double begun = now_ms();
    if (setns(pod_namespace, CLONE_NEWNET) != 0) die("setns");
    int pod = netlink();
    if (setns(host_namespace, CLONE_NEWNET) != 0) die("setns");
    veth(&batch, name, host_namespace);
    /* The first link that is made in a namespace after lo has index 2. */
    route(&batch, RTM_NEWROUTE, gateway, 2, 0);
    route(&batch, RTM_NEWROUTE, 0, 2, gateway);
    address(&batch, ip, 2);
    neighbour(&batch, gateway, 2);
    carry_out(pod, &batch, "pod");
    close(pod);
    sysctl(name, "accept_ra", "0");
    sysctl(name, "accept_redirects", "1");
    sysctl(name, "forwarding", "0");
    int index = (int)if_nametoindex(name);
    up(&batch, index);
    route(&batch, RTM_NEWROUTE, ip, index, 0);
    rule(&batch, RTM_NEWRULE, 512, FRA_DST, ip, TABLE_MAIN);
    rule(&batch, RTM_NEWRULE, 1536, FRA_SRC, ip, TABLE_ENI);
    carry_out(host, &batch, "host");
    add[i] = now_ms() - begun;

    begun = now_ms();
    rule(&batch, RTM_DELRULE, 512, FRA_DST, ip, TABLE_MAIN);
    rule(&batch, RTM_DELRULE, 1536, FRA_SRC, ip, TABLE_ENI);
    route(&batch, RTM_DELROUTE, ip, index, 0);
    carry_out(host, &batch, "delete");
    del[i] = now_ms() - begun;
    close(pod_namespace);
  }
  printf("{");
  report("add", add, pods, ",");
  report("del", del, pods, "}\n");
  return 0;
}
