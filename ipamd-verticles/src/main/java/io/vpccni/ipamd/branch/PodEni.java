package io.vpccni.ipamd.branch;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.ipamd.json.Json;
import io.vpccni.ipamd.json.MalformedJson;
import io.vpccni.rpc.address.Cidr;
import io.vpccni.rpc.address.Ip;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Holds the content of the pod's annotation {@code vpc.amazonaws.com/pod-eni}: a JSON array whose
 * first element is the branch ENI. The case of its keys does not matter: the controller writes
 * {@code vlanId} where the reference declares {@code vlanID}.
 *
 * @param vlan 1 to 4094
 */
record PodEni(EniId eni, String mac, Ip ip, int vlan, Ip gateway) {
  static final String ANNOTATION = "vpc.amazonaws.com/pod-eni";

  /**
   * A pod asks for a branch ENI with this resource: a limit of the first container whose name
   * begins with it.
   */
  static final String RESOURCE = "vpc.amazonaws.com/pod-eni";

  /** The router of a VPC answers at this address in each subnet. */
  private static final Ip IPV6_ROUTER = Ip.parse("fe80:ec2::1");

  private static final int LARGEST_VLAN = 4094;

  /**
   * Reads the fields that pods of this address family need.
   *
   * @throws MalformedJson with what is missing or wrong
   */
  static PodEni parse(String annotation, boolean v6) {
    var list = Json.list(annotation);
    if (list.isEmpty()) throw new MalformedJson("parsed PodENIData is empty");
    var fields = anyCase(Json.asObject(list.getFirst()));
    var mac = required(fields, "ifAddress");
    var ip = address(fields, v6 ? "ipv6Addr" : "privateIp", v6);
    var subnet = subnet(fields, v6 ? "subnetV6Cidr" : "subnetCidr", v6);
    var eni = Json.text(fields, "eniid");
    return new PodEni(new EniId(eni), mac, ip, vlan(fields), v6 ? IPV6_ROUTER : subnet.address(1));
  }

  private static Map<String, @Nullable Object> anyCase(Map<String, @Nullable Object> given) {
    var fields = new TreeMap<String, @Nullable Object>();
    given.forEach((key, value) -> fields.put(key.toLowerCase(Locale.ROOT), value));
    return fields;
  }

  private static int vlan(Map<String, @Nullable Object> fields) {
    if (fields.get("vlanid") instanceof Integer vlan && vlan > 0 && vlan <= LARGEST_VLAN) {
      return vlan;
    }
    throw new MalformedJson("vlanId is not 1 to " + LARGEST_VLAN + ": " + fields.get("vlanid"));
  }

  private static Ip address(Map<String, @Nullable Object> fields, String key, boolean v6) {
    try {
      var ip = Ip.parse(required(fields, key));
      if (ip.v6() == v6) return ip;
    } catch (IllegalArgumentException wrong) {
      throw new MalformedJson(key + ": " + wrong.getMessage(), wrong);
    }
    throw new MalformedJson(key + " is of the other family");
  }

  private static Cidr subnet(Map<String, @Nullable Object> fields, String key, boolean v6) {
    try {
      var cidr = Cidr.parse(required(fields, key));
      if (cidr.v6() == v6) return cidr;
    } catch (IllegalArgumentException wrong) {
      throw new MalformedJson(key + ": " + wrong.getMessage(), wrong);
    }
    throw new MalformedJson(key + " is of the other family");
  }

  private static String required(Map<String, @Nullable Object> fields, String key) {
    var text = Json.text(fields, key.toLowerCase(Locale.ROOT));
    if (text.isEmpty()) throw new MalformedJson(key + " is missing");
    return text;
  }
}
