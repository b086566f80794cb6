package io.vpccni.ipamd.rehearsal;

import io.vertx.core.Future;
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

/**
 * Answers on an event bus for IMDS and EC2: the instance has one ENI with addresses, and gets no
 * more. The addresses are of a block that is reserved for documentation.
 */
public final class StubInstance {
  /** An ENI of an m5.xlarge has room for this many besides its own. */
  private static final int ADDRESSES = 14;

  private static final EniId ENI = new EniId("eni-0123456789abcdef0");
  private static final String MAC = "02:00:00:00:00:01";
  private static final SubnetId SUBNET = new SubnetId("subnet-0123456789abcdef0");
  private static final Ip OWN = Ip.parse("192.0.2.10");
  private static final Cidr BLOCK = Cidr.parse("192.0.2.0/24");

  private StubInstance() {}

  public static Future<?> serve(EventBus bus) {
    var eni = eni();
    return Future.all(
        ImdsEndpoints.READ_FACTS.serve(
            bus, _ -> Future.succeededFuture(new ImdsReply.Facts(facts()))),
        ImdsEndpoints.READ_ATTACHED.serve(
            bus, _ -> Future.succeededFuture(new ImdsReply.Attached(List.of(eni)))),
        Ec2Endpoints.DESCRIBE_ATTACHED.serve(
            bus, _ -> Future.succeededFuture(new Ec2Reply.Described(List.of(eni)))));
  }

  private static NodeFacts facts() {
    return new NodeFacts(
        new NodeFacts.Instance("i-0123456789abcdef0", "m5.xlarge", "us-west-2", "us-west-2a"),
        new NodeFacts.Vpc("vpc-0123456789abcdef0", List.of(BLOCK), List.of()),
        new NodeFacts.Primary(ENI, MAC, SUBNET, Optional.of(OWN), Optional.empty()));
  }

  private static AttachedEni eni() {
    return new AttachedEni(
        ENI,
        MAC,
        new AttachedEni.Place(0, 0),
        SUBNET,
        Optional.of(BLOCK),
        Optional.of(OWN),
        IntStream.rangeClosed(1, ADDRESSES).mapToObj(n -> OWN.plus(n).asCidr()).toList(),
        EniKind.ORDINARY,
        new AttachedEni.Standing(true, false, true),
        Map.of());
  }
}
