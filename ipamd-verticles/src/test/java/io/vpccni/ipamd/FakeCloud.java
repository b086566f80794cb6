package io.vpccni.ipamd;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.EventBus;
import io.vpccni.ipamd.ec2.Ec2Endpoints;
import io.vpccni.ipamd.ec2.Ec2Reply;
import io.vpccni.ipamd.eni.AttachedEni;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.EniKind;
import io.vpccni.ipamd.eni.NodeFacts;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.imds.ImdsEndpoints;
import io.vpccni.ipamd.imds.ImdsReply;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/** EC2 and IMDS of an m5.large whose only ENI has two addresses and will never get more. */
final class FakeCloud {
  private static final EniId ENI = new EniId("eni-1");
  static final NodeFacts FACTS =
      new NodeFacts(
          new NodeFacts.Instance("i-1", "m5.large", "eu-west-1", "eu-west-1a"),
          new NodeFacts.Vpc("vpc-1", List.of(Cidr.parse("10.0.0.0/16")), List.of()),
          new NodeFacts.Primary(
              ENI,
              "02:00:00:00:00:01",
              new SubnetId("subnet-1"),
              Optional.of(Ip.parse("10.0.0.4")),
              Optional.of(Ip.parse("2001:db8::4"))));
  static final AttachedEni PRIMARY = primaryWith(2);

  /** This ENI is made by the VPC resource controller. */
  static final AttachedEni TRUNK = trunk("02:00:00:00:00:02");

  static AttachedEni trunk(String mac) {
    return new AttachedEni(
        new EniId("eni-2"),
        mac,
        new AttachedEni.Place(0, 1),
        new SubnetId("subnet-1"),
        Optional.of(Cidr.parse("10.0.0.0/24")),
        Optional.of(Ip.parse("10.0.0.5")),
        List.of(),
        EniKind.TRUNK,
        new AttachedEni.Standing(false, false, true),
        Map.of());
  }

  /** Returns an ENI at device 2, whose table is 3. */
  static AttachedEni secondaryWith(Ip address) {
    return new AttachedEni(
        new EniId("eni-3"),
        "02:00:00:00:00:03",
        new AttachedEni.Place(0, 2),
        new SubnetId("subnet-1"),
        Optional.of(Cidr.parse("10.0.0.0/24")),
        Optional.of(Ip.parse("10.0.0.6")),
        List.of(address.asCidr()),
        EniKind.ORDINARY,
        new AttachedEni.Standing(false, false, true),
        Map.of());
  }

  private static final Ec2Reply.Failed UNAUTHORIZED =
      new Ec2Reply.Failed(
          "Some",
          "UnauthorizedOperation",
          "not in this test",
          Ec2Reply.FailureKind.UNAUTHORIZED,
          Optional.empty());

  private FakeCloud() {}

  /** Returns an ENI with addresses from 10.0.0.10 on. */
  static AttachedEni primaryWith(int addresses) {
    var first = Ip.parse("10.0.0.10");
    return new AttachedEni(
        ENI,
        "02:00:00:00:00:01",
        new AttachedEni.Place(0, 0),
        new SubnetId("subnet-1"),
        Optional.of(Cidr.parse("10.0.0.0/24")),
        Optional.of(Ip.parse("10.0.0.4")),
        IntStream.range(0, addresses).mapToObj(n -> first.plus(n).asCidr()).toList(),
        EniKind.ORDINARY,
        new AttachedEni.Standing(true, false, true),
        Map.of());
  }

  static Future<?> serve(Vertx vertx) {
    return serve(vertx, List.of(PRIMARY));
  }

  /** Serves the endpoints with these ENIs as they are at each question. */
  static Future<?> serve(Vertx vertx, List<AttachedEni> enis) {
    return serve(vertx, enis, Future.succeededFuture(UNAUTHORIZED));
  }

  /**
   * @param more what EC2 says when it is asked for more
   */
  static Future<?> serve(Vertx vertx, List<AttachedEni> enis, Future<Ec2Reply.Failed> more) {
    return serve(vertx, enis, more, Future.succeededFuture());
  }

  /**
   * @param listing when EC2 and IMDS list ENIs
   */
  static Future<?> serve(
      Vertx vertx, List<AttachedEni> enis, Future<Ec2Reply.Failed> more, Future<?> listing) {
    return Future.all(
        ImdsEndpoints.READ_FACTS.serve(
            vertx.eventBus(), _ -> Future.succeededFuture(new ImdsReply.Facts(FACTS))),
        ImdsEndpoints.READ_ATTACHED.serve(
            vertx.eventBus(), _ -> listing.map(_ -> new ImdsReply.Attached(enis))),
        Ec2Endpoints.DESCRIBE_ATTACHED.serve(
            vertx.eventBus(), _ -> listing.map(_ -> new Ec2Reply.Described(enis))),
        refuseChanges(vertx.eventBus(), more));
  }

  private static Future<?> refuseChanges(EventBus bus, Future<Ec2Reply.Failed> why) {
    return Future.all(
        Ec2Endpoints.ASSIGN_ADDRESSES.serve(bus, _ -> why.map(no -> no)),
        Ec2Endpoints.UNASSIGN_ADDRESSES.serve(bus, _ -> why.map(no -> no)),
        Ec2Endpoints.CREATE_ENI.serve(bus, _ -> why.map(no -> no)),
        Ec2Endpoints.FREE_ENI.serve(bus, _ -> why.map(no -> no)));
  }

  static void tellFacts(Vertx vertx) {
    ImdsEndpoints.FACTS.publish(vertx.eventBus(), new ImdsReply.Facts(FACTS));
  }
}
