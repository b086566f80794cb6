package io.vpccni.netprog.netlink;

import io.vpccni.netprog.netlink.Part.Attr;
import io.vpccni.netprog.netlink.Part.Bytes;
import io.vpccni.netprog.syscall.Errno;
import io.vpccni.rpc.address.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Describes a policy routing rule that looks up a table.
 *
 * @param iif name of the link by which the packet came in
 * @param ipProtocol 0 for any
 * @param special whether the rule selects by anything else or does anything else; such a rule is
 *     never ours
 */
public record Rule(
    boolean v6,
    int priority,
    Optional<Cidr> from,
    Optional<Cidr> to,
    Optional<String> iif,
    int mark,
    int mask,
    int ipProtocol,
    int table,
    boolean special) {
  /** A block of prefix length 0 selects nothing, and a mark without a mask neither. */
  public Rule {
    from = from.filter(block -> block.prefix() > 0);
    to = to.filter(block -> block.prefix() > 0);
    mark = mark & mask;
  }

  static final int RTM_NEWRULE = 32;
  static final int RTM_DELRULE = 33;
  private static final int RTM_GETRULE = 34;
  private static final int FIB_RULE_HDR = 12;
  private static final int FR_ACT_TO_TBL = 1;
  private static final int FIB_RULE_INVERT = 2;
  private static final int FRA_DST = 1;
  private static final int FRA_SRC = 2;
  private static final int FRA_IIFNAME = 3;
  private static final int FRA_PRIORITY = 6;
  private static final int FRA_FWMARK = 10;
  private static final int FRA_SUPPRESS_IFGROUP = 13;
  private static final int FRA_SUPPRESS_PREFIXLEN = 14;
  private static final int FRA_TABLE = 15;
  private static final int FRA_FWMASK = 16;
  private static final int FRA_PAD = 18;
  private static final int FRA_PROTOCOL = 21;
  private static final int FRA_IP_PROTO = 22;

  /** A plain rule has only these attributes. Every other attribute narrows it down. */
  private static final List<Integer> PLAIN =
      List.of(
          FRA_DST,
          FRA_SRC,
          FRA_IIFNAME,
          FRA_PRIORITY,
          FRA_FWMARK,
          FRA_TABLE,
          FRA_FWMASK,
          FRA_PAD,
          FRA_PROTOCOL,
          FRA_IP_PROTO,
          FRA_SUPPRESS_IFGROUP,
          FRA_SUPPRESS_PREFIXLEN);

  /** Describes {@code from all lookup TABLE}. */
  public static Rule all(boolean v6, int priority, int table) {
    return new Rule(
        v6, priority, Optional.empty(), Optional.empty(), Optional.empty(), 0, 0, 0, table, false);
  }

  /** Describes {@code from all to TO lookup TABLE}. */
  public static Rule to(int priority, Cidr to, int table) {
    return new Rule(
        to.v6(),
        priority,
        Optional.empty(),
        Optional.of(to),
        Optional.empty(),
        0,
        0,
        0,
        table,
        false);
  }

  /** Describes {@code from FROM lookup TABLE}. */
  public static Rule from(int priority, Cidr from, int table) {
    return new Rule(
        from.v6(),
        priority,
        Optional.of(from),
        Optional.empty(),
        Optional.empty(),
        0,
        0,
        0,
        table,
        false);
  }

  /** Describes {@code from all iif LINK lookup TABLE}. */
  public static Rule iif(boolean v6, int priority, String link, int table) {
    return new Rule(
        v6, priority, Optional.empty(), Optional.empty(), Optional.of(link), 0, 0, 0, table, false);
  }

  /** Equals {@code fwmark MARK/MARK}: mark and mask are the same. */
  public static Rule marked(boolean v6, int priority, int mark, int table) {
    return new Rule(
        v6,
        priority,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        mark,
        mark,
        0,
        table,
        false);
  }

  /** Returns the same rule for one IP protocol only, {@code ipproto NUMBER}. */
  public Rule withIpProtocol(int number) {
    return new Rule(v6, priority, from, to, iif, mark, mask, number, table, special);
  }

  /** Equals {@code ip rule add}; an existing rule is no error. */
  public Request add() {
    return change(RTM_NEWRULE, Request.NLM_F_CREATE | Request.NLM_F_EXCL, "ip rule add ")
        .tolerating(Errno.EEXIST);
  }

  /**
   * Equals {@code ip rule del}: it removes the first rule that has everything this one says,
   * whatever else it says. A missing rule is no error.
   */
  public Request delete() {
    return change(RTM_DELRULE, 0, "ip rule del ").tolerating(Errno.ENOENT);
  }

  /** Adds the rule once more, as the last of its priority, even if it exists. */
  public Request addCopy() {
    return change(RTM_NEWRULE, Request.NLM_F_CREATE, "ip rule add ");
  }

  /** Tells whether {@link #delete} of this rule would remove that one if it came first. */
  public boolean deletionFits(Rule other) {
    return v6 == other.v6
        && priority == other.priority
        && (table == 0 || table == other.table)
        && (from.isEmpty() || from.equals(other.from))
        && (to.isEmpty() || to.equals(other.to))
        && (iif.isEmpty() || iif.equals(other.iif))
        && (mask == 0 || (mark == other.mark && mask == other.mask))
        && (ipProtocol == 0 || ipProtocol == other.ipProtocol);
  }

  private Request change(int type, int flags, String words) {
    var body = new ArrayList<Part>(List.of(header(type)));
    to.ifPresent(block -> body.add(Attr.ip(FRA_DST, block.network())));
    from.ifPresent(block -> body.add(Attr.ip(FRA_SRC, block.network())));
    if (mask != 0) {
      body.add(Attr.u32(FRA_FWMARK, mark));
      body.add(Attr.u32(FRA_FWMASK, mask));
    }
    iif.ifPresent(name -> body.add(Attr.text(FRA_IIFNAME, name)));
    if (ipProtocol != 0) {
      body.add(Attr.u8(FRA_IP_PROTO, ipProtocol));
    }
    if (table > Route.LARGEST_IN_HEADER) {
      body.add(Attr.u32(FRA_TABLE, table));
    }
    body.add(Attr.u32(FRA_PRIORITY, priority));
    // There is no FRA_PROTOCOL, because with one the rule would differ from the reference's.
    return new Request(type, flags, new Part.All(body), () -> words + this);
  }

  /**
   * Equals {@code ip rule show}, for one family. A kernel without IPv6 refuses to list IPv6 rules;
   * then there are none.
   */
  public static List<Rule> list(NetlinkSocket socket, boolean v6) throws NetlinkFailed {
    var request =
        new Request(
            RTM_GETRULE,
            Request.NLM_F_DUMP,
            new Bytes(Part.struct(FIB_RULE_HDR).put(0, Address.family(v6)).array()),
            () -> v6 ? "ip -6 rule" : "ip -4 rule");
    try {
      return socket.dumpUntilSame(request, reply -> read(reply).filter(rule -> rule.v6() == v6));
    } catch (NetlinkFailed e) {
      if (v6 && e.errno() == Errno.EAFNOSUPPORT) {
        return List.of();
      }
      throw e;
    }
  }

  static Optional<Rule> read(Reply reply) {
    if (reply.type() != RTM_NEWRULE && reply.type() != RTM_DELRULE) {
      return Optional.empty();
    }
    var in = reply.payload();
    var attributes = reply.attributes(FIB_RULE_HDR);
    boolean v6 = in.get(0) == Address.family(true);
    if (!v6 && in.get(0) != Address.family(false)) {
      return Optional.empty();
    }
    boolean special =
        in.get(3) != 0
            || in.get(7) != FR_ACT_TO_TBL
            || (in.getInt(8) & FIB_RULE_INVERT) != 0
            || attributes.u32(FRA_SUPPRESS_PREFIXLEN, -1) != -1
            || attributes.u32(FRA_SUPPRESS_IFGROUP, -1) != -1
            || !PLAIN.containsAll(attributes.values().keySet());
    int mark = attributes.u32(FRA_FWMARK, 0);
    return Optional.of(
        new Rule(
            v6,
            attributes.u32(FRA_PRIORITY, 0),
            attributes.ip(FRA_SRC).map(ip -> Route.block(ip, in.get(2) & 0xff)),
            attributes.ip(FRA_DST).map(ip -> Route.block(ip, in.get(1) & 0xff)),
            attributes.text(FRA_IIFNAME),
            mark,
            attributes.u32(FRA_FWMASK, mark == 0 ? 0 : -1),
            attributes.u8(FRA_IP_PROTO, 0),
            attributes.u32(FRA_TABLE, in.get(4) & 0xff),
            special));
  }

  /**
   * Writes struct fib_rule_hdr (linux/fib_rules.h): 0 family u8, 1 dst_len u8, 2 src_len u8, 3 tos
   * u8, 4 table u8, 7 action u8, 8 flags u32.
   */
  private Bytes header(int type) {
    return new Bytes(
        Part.struct(FIB_RULE_HDR)
            .put(Address.family(v6))
            .put(to.map(block -> (byte) block.prefix()).orElse((byte) 0))
            .put(from.map(block -> (byte) block.prefix()).orElse((byte) 0))
            .put((byte) 0)
            .put((byte) (table > Route.LARGEST_IN_HEADER ? 0 : table))
            .putShort((short) 0)
            .put((byte) (type == RTM_NEWRULE ? FR_ACT_TO_TBL : 0))
            .putInt(0)
            .array());
  }

  @Override
  public String toString() {
    return "prio "
        + priority
        + from.map(block -> " from " + block).orElse(" from all")
        + to.map(block -> " to " + block).orElse("")
        + iif.map(name -> " iif " + name).orElse("")
        + (mask == 0 ? "" : String.format(" fwmark %#x/%#x", mark, mask))
        + (ipProtocol == 0 ? "" : " ipproto " + ipProtocol)
        + " lookup "
        + table;
  }
}
