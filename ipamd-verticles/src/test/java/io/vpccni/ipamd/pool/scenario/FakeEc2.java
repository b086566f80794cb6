package io.vpccni.ipamd.pool.scenario;

import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.ec2.Ec2Reply.FailureKind;
import io.vpccni.ipamd.ec2.Ec2Request;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** EC2 as far as the pool asks it: it refuses what EC2 refuses, and can be told to fail. */
public final class FakeEc2 {
  public static final EniId PRIMARY = new EniId("eni-0");

  public final Map<EniId, AttachedEni> enis = new TreeMap<>();
  public final List<Ec2Request> calls = new ArrayList<>();
  private final Deque<Planned> planned = new ArrayDeque<>();

  /** Requests of these kinds are carried out, and nobody hears of it. */
  public final Set<Class<? extends Ec2Request>> silent = new HashSet<>();

  /** EC2 is away, and IMDS shows what is attached. */
  public boolean onlyImds;

  /** This tells whether new ENIs come with the address block of their subnet. */
  public boolean showsBlocks = true;

  private record Planned(FailureKind kind, String code) {}

  private int slots = 49;
  private int nextAddress = 16;
  private int nextPrefix = 0;
  private int nextEni = 1;

  public FakeEc2 slots(int perEni) {
    slots = perEni;
    return this;
  }

  public void attach(AttachedEni eni) {
    enis.put(eni.id(), eni);
  }

  /** The next request is not carried out and gets this answer. */
  public void fail(FailureKind kind, String code) {
    planned.add(new Planned(kind, code));
  }

  /** Takes back all planned failures. */
  public void heal() {
    planned.clear();
  }

  private static String call(Ec2Request request) {
    return switch (request) {
      case Ec2Request.AssignAddresses _ -> "AssignPrivateIpAddresses";
      case Ec2Request.UnassignAddresses _ -> "UnassignPrivateIpAddresses";
      case Ec2Request.CreateEni _ -> "CreateNetworkInterface";
      case Ec2Request.FreeEni _ -> "DetachNetworkInterface";
      case Ec2Request.DescribeAttached() -> "DescribeNetworkInterfaces";
    };
  }

  public Ec2Reply answer(Ec2Request request) {
    calls.add(request);
    var fault = planned.poll();
    if (fault != null) {
      return new Ec2Reply.Failed(
          call(request), fault.code, "planned", fault.kind, Optional.of("subnet-1"));
    }
    if (onlyImds) {
      var away =
          new Ec2Reply.Failed(
              call(request), "Timeout", "no answer", FailureKind.UNAVAILABLE, Optional.empty());
      return request instanceof Ec2Request.DescribeAttached
          ? new Ec2Reply.Hinted(List.copyOf(enis.values()), Optional.of(away))
          : away;
    }
    return switch (request) {
      case Ec2Request.AssignAddresses(var id, var kind, var count) -> assign(id, kind, count);
      case Ec2Request.UnassignAddresses(var id, var cidrs) -> unassign(id, cidrs);
      case Ec2Request.CreateEni(var card, var kind, var count, var _) -> create(card, kind, count);
      case Ec2Request.FreeEni(var id) -> {
        enis.remove(id);
        yield new Ec2Reply.EniFreed(id);
      }
      case Ec2Request.DescribeAttached() -> new Ec2Reply.Described(List.copyOf(enis.values()));
    };
  }

  private Ec2Reply assign(EniId id, AddressKind kind, int count) {
    var eni = get(id);
    if (eni.cidrs().size() + count > slots) {
      return new Ec2Reply.Failed(
          "AssignPrivateIpAddresses",
          "PrivateIpAddressLimitExceeded",
          "has " + eni.cidrs().size() + ", asked " + count,
          FailureKind.LIMIT_EXCEEDED,
          Optional.empty());
    }
    var fresh = fresh(kind, count);
    var all = new ArrayList<>(eni.cidrs());
    all.addAll(fresh);
    enis.put(id, with(eni, all));
    return new Ec2Reply.AddressesAssigned(id, fresh);
  }

  private Ec2Reply unassign(EniId id, List<Cidr> cidrs) {
    var all = new ArrayList<>(get(id).cidrs());
    all.removeAll(cidrs);
    enis.put(id, with(get(id), all));
    return new Ec2Reply.AddressesUnassigned(id, cidrs);
  }

  private Ec2Reply create(int card, AddressKind kind, int count) {
    int device = 0;
    for (var eni : enis.values()) {
      device = eni.networkCard() == card ? Math.max(device, eni.deviceNumber() + 1) : device;
    }
    var eni = eni("eni-" + nextEni++, card, device, fresh(kind, count));
    if (!showsBlocks) eni = withBlock(eni, Optional.empty());
    enis.put(eni.id(), eni);
    return new Ec2Reply.EniCreated(eni);
  }

  public List<Cidr> fresh(AddressKind kind, int count) {
    var cidrs = new ArrayList<Cidr>();
    for (int i = 0; i < count; i++) {
      cidrs.add(
          switch (kind) {
            case SECONDARY_IP -> Ip.parse("10.0.0.0").plus(nextAddress++).asCidr();
            case IPV4_PREFIX -> new Cidr(Ip.parse("10.1.0.0").plus(16L * nextPrefix++), 28);
            case IPV6_PREFIX ->
                Cidr.parse("2001:db8:0:0:" + Integer.toHexString(++nextPrefix) + "::/80");
          });
    }
    return cidrs;
  }

  public AttachedEni get(EniId id) {
    var eni = enis.get(id);
    if (eni == null) {
      throw new AssertionError("asked about " + id + ", which EC2 does not have");
    }
    return eni;
  }

  public static AttachedEni eni(String id, int card, int device, List<Cidr> cidrs) {
    return eni(id, card, device, cidrs, EniKind.ORDINARY, false, true);
  }

  public static AttachedEni eni(
      String id,
      int card,
      int device,
      List<Cidr> cidrs,
      EniKind kind,
      boolean excluded,
      boolean managed) {
    return new AttachedEni(
        new EniId(id),
        "02:00:00:00:%02x:%02x".formatted(card, device),
        new AttachedEni.Place(card, device),
        new SubnetId("subnet-1"),
        Optional.of(Cidr.parse("10.0.0.0/16")),
        Optional.of(Ip.parse("10.0.0.4").plus(card * 4L + device)),
        cidrs,
        kind,
        new AttachedEni.Standing(card == 0 && device == 0, excluded, managed),
        Map.of());
  }

  /** Shows all ENIs with this address block of their subnet, or without any. */
  public void showBlocks(Optional<Cidr> block) {
    showsBlocks = block.isPresent();
    enis.replaceAll((_, eni) -> withBlock(eni, block));
  }

  private static AttachedEni withBlock(AttachedEni eni, Optional<Cidr> block) {
    return new AttachedEni(
        eni.id(),
        eni.mac(),
        eni.place(),
        eni.subnet(),
        block,
        eni.primaryIp(),
        eni.cidrs(),
        eni.kind(),
        eni.standing(),
        eni.tags());
  }

  public static AttachedEni with(AttachedEni eni, List<Cidr> cidrs) {
    return new AttachedEni(
        eni.id(),
        eni.mac(),
        eni.place(),
        eni.subnet(),
        eni.subnetCidr(),
        eni.primaryIp(),
        cidrs,
        eni.kind(),
        eni.standing(),
        eni.tags());
  }
}
