package io.vpccni.ipamd.ec2.eni;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vpccni.ipamd.DefaultSettings;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Refused;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.SubnetView;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import io.vpccni.rpc.limits.InstanceLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * EC2 and IMDS of one instance, in memory, answering at once; counts what it is asked. A test of
 * one decision uses it, because it says in one line what EC2 shall know, refuse or hold back. What
 * a whole pool does over hours is tested with {@link SimulatedEc2Api}, which has EC2's own rules.
 */
final class FakeEc2Api implements Ec2Api, Imds {
  static final NodeFacts NODE =
      new NodeFacts(
          new NodeFacts.Instance("i-1", "m5.large", "eu-west-1", "eu-west-1a"),
          new NodeFacts.Vpc("vpc-1", List.of(), List.of()),
          new NodeFacts.Primary(
              new EniId("eni-1"),
              "02:00:00:00:00:01",
              new SubnetId("subnet-1"),
              Optional.of(Ip.parse("10.0.0.10")),
              Optional.empty()));

  final Map<EniId, EniView> enis = new HashMap<>();

  /** These are the calls, in their order. */
  final List<String> calls = new ArrayList<>();

  /** These are the codes that actions are refused with, by action. */
  final Map<String, String> refusals = new HashMap<>();

  List<String> groups = List.of("sg-1");
  Map<String, String> subnetTags = Map.of();

  /** This is how many addresses EC2 shows as left in the subnet. */
  int freeIpv4 = 200;

  /** The address block that IMDS shows of each subnet. */
  Map<SubnetId, Cidr> imdsBlocks = Map.of();

  /** A creation with this tag is refused; empty: none. */
  String refusedTag = "";

  /** This is what was asked to be created, in order. */
  final List<NewEni> wanted = new ArrayList<>();

  /**
   * Where this is present, an ENI is there at once, and the answer to its creation comes with this.
   */
  Optional<Promise<Void>> createAnswers = Optional.empty();

  /** Where this is present, searches are answered with this. */
  Optional<Promise<Void>> searchAnswers = Optional.empty();

  private int created;

  FakeEc2Api() {
    put(
        eni("eni-1", EniTags.wanted(DefaultSettings.ec2(), "i-1"))
            .attached(new EniView.Attachment("at-1", "i-1", 0, 0, "attached", true)));
  }

  static EniView eni(String id, Map<String, String> tags) {
    return eni(id, new SubnetId("subnet-1"), 0, tags);
  }

  /**
   * Makes an ENI that is not attached.
   *
   * @param secondary how many addresses it has besides its own
   */
  static EniView eni(String id, SubnetId subnet, int secondary, Map<String, String> tags) {
    return new EniView(
        new EniId(id),
        id.equals("eni-1") ? NODE.primary().mac() : "02:" + id,
        subnet,
        "interface",
        Optional.empty(),
        new EniView.Addresses(
            IntStream.rangeClosed(0, secondary).mapToObj(Ip.parse("10.0.0.10")::plus).toList(),
            List.of(),
            List.of()),
        new EniView.Labels(EniTags.description("i-1"), tags),
        new EniView.Security(List.of("sg-1"), EniView.Tracking.NONE));
  }

  EniView primary() {
    return Objects.requireNonNull(enis.get(NODE.primary().eni()));
  }

  void put(EniView eni) {
    enis.put(eni.id(), eni);
  }

  private <T> Future<T> call(String action, String what, Supplier<T> answer) {
    calls.add(action + " " + what);
    var refusal = refusals.get(action);
    return refusal == null
        ? Future.succeededFuture(answer.get())
        : Future.failedFuture(Ec2Refused.of(action, refusal, "planned"));
  }

  @Override
  public Future<EniView> create(NewEni ask) {
    wanted.add(ask);
    if (ask.allTags().containsKey(refusedTag)) {
      calls.add("CreateNetworkInterface " + ask.subnet());
      return Future.failedFuture(
          Ec2Refused.of("CreateNetworkInterface", "TagPolicyViolation", "planned"));
    }
    var answer =
        call(
            "CreateNetworkInterface",
            ask.subnet().value(),
            () -> {
              var eni = eni("eni-new-" + ++created, ask.subnet(), ask.count(), ask.allTags());
              put(eni);
              return eni;
            });
    return createAnswers.map(when -> when.future().compose(_ -> answer)).orElse(answer);
  }

  @Override
  public Future<String> attach(EniId eni, String instance, int networkCard, int deviceIndex) {
    return call(
        "AttachNetworkInterface",
        eni + " " + deviceIndex,
        () -> {
          enis.computeIfPresent(
              eni,
              (id, view) ->
                  view.attached(
                      new EniView.Attachment(
                          "at-" + id, instance, networkCard, deviceIndex, "attached", false)));
          return "at-" + eni;
        });
  }

  @Override
  public Future<Void> deleteOnTermination(EniId eni, String attachment) {
    return call("ModifyNetworkInterfaceAttribute", eni + " termination", () -> true).mapEmpty();
  }

  @Override
  public Future<Void> setGroups(EniId eni, List<String> wanted) {
    return call(
            "ModifyNetworkInterfaceAttribute",
            eni + " " + wanted,
            () -> enis.computeIfPresent(eni, (_, view) -> view.withGroups(wanted)))
        .mapEmpty();
  }

  @Override
  public Future<List<Cidr>> assign(EniId eni, AddressKind kind, int count) {
    return call("Assign", eni + " " + count, List::of);
  }

  @Override
  public Future<Void> unassign(EniId eni, List<Cidr> cidrs) {
    return call("Unassign", eni + " " + cidrs, () -> true).mapEmpty();
  }

  @Override
  public Future<Void> detach(String attachment) {
    return call("DetachNetworkInterface", attachment, () -> true).mapEmpty();
  }

  @Override
  public Future<Void> delete(EniId eni) {
    return call(
            "DeleteNetworkInterface",
            eni.value(),
            () -> Optional.ofNullable(enis.remove(eni)).isPresent())
        .mapEmpty();
  }

  @Override
  public Future<Void> tag(EniId eni, SortedMap<String, String> tags) {
    if (tags.containsKey(refusedTag)) {
      calls.add("CreateTags " + eni + " " + tags.keySet());
      return Future.failedFuture(Ec2Refused.of("CreateTags", "TagPolicyViolation", "planned"));
    }
    return call(
            "CreateTags",
            eni + " " + tags.keySet(),
            () ->
                enis.computeIfPresent(
                    eni,
                    (_, view) -> {
                      var all = new TreeMap<>(view.tags());
                      all.putAll(tags);
                      return view.withTags(all);
                    }))
        .mapEmpty();
  }

  @Override
  public Future<Optional<EniView>> eni(EniId id) {
    return call("DescribeNetworkInterfaces", id.value(), () -> Optional.ofNullable(enis.get(id)));
  }

  @Override
  public Future<List<EniView>> enis(Map<String, String> filters) {
    boolean attached = filters.containsKey("attachment.instance-id");
    var answer = search(filters, attached);
    return searchAnswers.map(when -> when.future().compose(_ -> answer)).orElse(answer);
  }

  private Future<List<EniView>> search(Map<String, String> filters, boolean attached) {
    return call(
        "DescribeNetworkInterfaces",
        String.join(",", filters.keySet()),
        () ->
            enis.values().stream()
                .filter(eni -> eni.attachment().isPresent() == attached)
                .toList());
  }

  @Override
  public Future<List<SubnetView>> subnets(String vpc, String availabilityZone) {
    return call(
        "DescribeSubnets",
        vpc,
        () ->
            List.of(
                new SubnetView(
                    new SubnetId("subnet-1"),
                    List.of(Cidr.parse("10.0.0.0/24")),
                    freeIpv4,
                    subnetTags)));
  }

  @Override
  public Future<InstanceLimits> instanceType(String type) {
    return Future.failedFuture(Ec2Refused.of("DescribeInstanceTypes", "InvalidInstanceType", type));
  }

  @Override
  public Future<NodeFacts> facts() {
    return Future.succeededFuture(NODE);
  }

  @Override
  public Future<List<AttachedEni>> attached() {
    return Future.succeededFuture(
        EniRules.attached(
            enis.values().stream().filter(eni -> eni.attachment().isPresent()).toList(),
            NODE,
            DefaultSettings.ec2(),
            eni ->
                Optional.ofNullable(imdsBlocks.get(eni.subnet()))
                    .map(cidr -> new SubnetView(eni.subnet(), List.of(cidr), 0, Map.of()))));
  }

  @Override
  public Future<List<String>> macs() {
    return attached().map(all -> all.stream().map(AttachedEni::mac).toList());
  }

  @Override
  public Future<AttachedEni> eni(String mac) {
    return attached()
        .map(all -> all.stream().filter(eni -> eni.mac().equals(mac)).findFirst().orElseThrow());
  }

  @Override
  public Future<List<String>> securityGroups() {
    return Future.succeededFuture(groups);
  }
}
