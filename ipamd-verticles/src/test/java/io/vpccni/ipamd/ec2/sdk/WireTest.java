package io.vpccni.ipamd.ec2.sdk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import io.vpccni.ipamd.ec2.api.Ec2Api;
import io.vpccni.ipamd.ec2.api.Ec2Caller;
import io.vpccni.ipamd.ec2.api.EniView;
import io.vpccni.ipamd.ec2.api.NewEni;
import io.vpccni.ipamd.ec2.api.RecordingListener;
import io.vpccni.ipamd.eni.AddressKind;
import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.eni.SubnetId;
import io.vpccni.ipamd.retry.VertxScheduler;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.time.ElapsedClock;
import java.net.URI;
import java.net.URLDecoder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Each action with exactly the parameters that it is meant to have, as they go over the wire. */
@ExtendWith(VertxExtension.class)
class WireTest {
  private static final EniId ENI = new EniId("eni-1");

  private final BlockingQueue<Map<String, String>> forms = new LinkedBlockingQueue<>();
  private SdkSession sdk;
  private SdkClients.Open open;
  private Ec2Api api;

  @BeforeEach
  void start(Vertx vertx) {
    sdk = new SdkSession(vertx);
    sdk.credentials();
    open = open();
    api = api();
  }

  private SdkClients.Open open() {
    int port =
        sdk.server(
            request ->
                request
                    .body()
                    .onSuccess(
                        body -> {
                          forms.add(parsed(body.toString(UTF_8)));
                          // What it is answered with does not matter here.
                          request.response().setStatusCode(400).end();
                        }));
    return SdkClients.ec2(
        SdkSession.settings(Optional.of(URI.create("http://127.0.0.1:" + port))),
        "eu-west-1",
        InstantSource.system());
  }

  private Ec2Api api() {
    var later = new VertxScheduler(sdk.vertx, ElapsedClock.system());
    var caller =
        new Ec2Caller(
            later, new SplittableRandom(1), Duration.ofSeconds(5), new RecordingListener());
    return new SdkEc2Api(
        new SdkCalls(sdk.vertx, sdk.vertx.getOrCreateContext(), open.ec2(), caller));
  }

  private static Map<String, String> parsed(String form) {
    var all = new TreeMap<String, String>();
    for (var pair : form.split("&", -1)) {
      var parts = pair.split("=", 2);
      all.put(URLDecoder.decode(parts[0], UTF_8), URLDecoder.decode(parts[1], UTF_8));
    }
    all.remove("Version");
    return all;
  }

  @AfterEach
  void close() {
    open.close();
    sdk.close();
  }

  /**
   * @param expected name=value, and no others
   */
  private void sends(Function<Ec2Api, Future<?>> call, String... expected) throws Exception {
    sdk.vertx
        .getOrCreateContext()
        .runOnContext(
            _ -> {
              var unused = call.apply(api);
            });
    var form = Objects.requireNonNull(forms.poll(20, TimeUnit.SECONDS), "nothing was sent");
    assertThat(form.entrySet().stream().map(Object::toString).toList())
        .containsExactlyInAnyOrder(expected);
  }

  private static NewEni newEni(AddressKind kind, EniView.Tracking tracking) {
    return new NewEni(
        "aws-K8S-i-1",
        new SubnetId("subnet-1"),
        List.of("sg-1", "sg-2"),
        kind,
        7,
        new TreeMap<>(Map.of("b", "2")),
        new NewEni.AdditionalTags(Map.of("a", "1"), Optional.empty()),
        tracking,
        "token");
  }

  @Test
  void createNetworkInterface() throws Exception {
    var some = new EniView.Tracking(Optional.of(350), Optional.empty(), Optional.of(45));
    sends(
        ec2 -> ec2.create(newEni(AddressKind.SECONDARY_IP, some)),
        "Action=CreateNetworkInterface",
        "Description=aws-K8S-i-1",
        "SubnetId=subnet-1",
        "SecurityGroupId.1=sg-1",
        "SecurityGroupId.2=sg-2",
        "SecondaryPrivateIpAddressCount=7",
        "ConnectionTrackingSpecification.TcpEstablishedTimeout=350",
        "ConnectionTrackingSpecification.UdpTimeout=45",
        "TagSpecification.1.ResourceType=network-interface",
        "TagSpecification.1.Tag.1.Key=a",
        "TagSpecification.1.Tag.1.Value=1",
        "TagSpecification.1.Tag.2.Key=b",
        "TagSpecification.1.Tag.2.Value=2",
        "ClientToken=token");
  }

  @Test
  void createNetworkInterfaceWithPrefixesOrIpv6() throws Exception {
    for (var way :
        Map.of(
                AddressKind.IPV4_PREFIX,
                "Ipv4PrefixCount=7",
                AddressKind.IPV6_PREFIX,
                "Ipv6AddressCount=7")
            .entrySet()) {
      sends(
          ec2 -> ec2.create(newEni(way.getKey(), EniView.Tracking.NONE)),
          "Action=CreateNetworkInterface",
          "Description=aws-K8S-i-1",
          "SubnetId=subnet-1",
          "SecurityGroupId.1=sg-1",
          "SecurityGroupId.2=sg-2",
          way.getValue(),
          "TagSpecification.1.ResourceType=network-interface",
          "TagSpecification.1.Tag.1.Key=a",
          "TagSpecification.1.Tag.1.Value=1",
          "TagSpecification.1.Tag.2.Key=b",
          "TagSpecification.1.Tag.2.Value=2",
          "ClientToken=token");
    }
  }

  @Test
  void attachAndDetach() throws Exception {
    sends(
        ec2 -> ec2.attach(ENI, "i-1", 0, 3),
        "Action=AttachNetworkInterface",
        "NetworkInterfaceId=eni-1",
        "InstanceId=i-1",
        "DeviceIndex=3",
        "NetworkCardIndex=0");
    sends(
        ec2 -> ec2.detach("eni-attach-1"),
        "Action=DetachNetworkInterface",
        "AttachmentId=eni-attach-1");
    sends(ec2 -> ec2.delete(ENI), "Action=DeleteNetworkInterface", "NetworkInterfaceId=eni-1");
  }

  @Test
  void modifyNetworkInterfaceAttribute() throws Exception {
    sends(
        ec2 -> ec2.deleteOnTermination(ENI, "eni-attach-1"),
        "Action=ModifyNetworkInterfaceAttribute",
        "NetworkInterfaceId=eni-1",
        "Attachment.AttachmentId=eni-attach-1",
        "Attachment.DeleteOnTermination=true");
    sends(
        ec2 -> ec2.setGroups(ENI, List.of("sg-1", "sg-2")),
        "Action=ModifyNetworkInterfaceAttribute",
        "NetworkInterfaceId=eni-1",
        "SecurityGroupId.1=sg-1",
        "SecurityGroupId.2=sg-2");
  }

  @Test
  void assignments() throws Exception {
    sends(
        ec2 -> ec2.assign(ENI, AddressKind.SECONDARY_IP, 3),
        "Action=AssignPrivateIpAddresses",
        "NetworkInterfaceId=eni-1",
        "SecondaryPrivateIpAddressCount=3");
    sends(
        ec2 -> ec2.assign(ENI, AddressKind.IPV4_PREFIX, 2),
        "Action=AssignPrivateIpAddresses",
        "NetworkInterfaceId=eni-1",
        "Ipv4PrefixCount=2");
    sends(
        ec2 -> ec2.assign(ENI, AddressKind.IPV6_PREFIX, 1),
        "Action=AssignIpv6Addresses",
        "NetworkInterfaceId=eni-1",
        "Ipv6PrefixCount=1");
  }

  @Test
  void unassignments() throws Exception {
    sends(
        ec2 -> ec2.unassign(ENI, List.of(Cidr.parse("10.0.0.5/32"), Cidr.parse("10.0.0.6/32"))),
        "Action=UnassignPrivateIpAddresses",
        "NetworkInterfaceId=eni-1",
        "PrivateIpAddress.1=10.0.0.5",
        "PrivateIpAddress.2=10.0.0.6");
    sends(
        ec2 -> ec2.unassign(ENI, List.of(Cidr.parse("10.0.0.16/28"))),
        "Action=UnassignPrivateIpAddresses",
        "NetworkInterfaceId=eni-1",
        "Ipv4Prefix.1=10.0.0.16/28");
    sends(
        ec2 -> ec2.unassign(ENI, List.of(Cidr.parse("2001:db8:0:1:a::/80"))),
        "Action=UnassignIpv6Addresses",
        "NetworkInterfaceId=eni-1",
        "Ipv6Prefix.1=2001:db8:0:1:a::/80");
  }

  @Test
  void createTags() throws Exception {
    sends(
        ec2 -> ec2.tag(ENI, new TreeMap<>(Map.of("b", "2", "a", "1"))),
        "Action=CreateTags",
        "ResourceId.1=eni-1",
        "Tag.1.Key=a",
        "Tag.1.Value=1",
        "Tag.2.Key=b",
        "Tag.2.Value=2");
  }

  @Test
  void describes() throws Exception {
    sends(ec2 -> ec2.eni(ENI), "Action=DescribeNetworkInterfaces", "NetworkInterfaceId.1=eni-1");
    var filters = new LinkedHashMap<String, String>();
    filters.put("tag-key", "node.k8s.amazonaws.com/instance_id");
    filters.put("status", "available");
    filters.put("vpc-id", "vpc-1");
    sends(
        ec2 -> ec2.enis(filters),
        "Action=DescribeNetworkInterfaces",
        "Filter.1.Name=tag-key",
        "Filter.1.Value.1=node.k8s.amazonaws.com/instance_id",
        "Filter.2.Name=status",
        "Filter.2.Value.1=available",
        "Filter.3.Name=vpc-id",
        "Filter.3.Value.1=vpc-1",
        "MaxResults=1000");
    sends(
        ec2 -> ec2.subnets("vpc-1", "eu-west-1a"),
        "Action=DescribeSubnets",
        "Filter.1.Name=vpc-id",
        "Filter.1.Value.1=vpc-1",
        "Filter.2.Name=availability-zone",
        "Filter.2.Value.1=eu-west-1a",
        "MaxResults=1000");
    sends(
        ec2 -> ec2.instanceType("zz9.huge"),
        "Action=DescribeInstanceTypes",
        "InstanceType.1=zz9.huge");
  }
}
