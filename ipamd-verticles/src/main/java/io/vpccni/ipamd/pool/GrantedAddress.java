package io.vpccni.ipamd.pool;

import io.vpccni.ipamd.eni.EniId;
import io.vpccni.rpc.address.Ip;

/**
 * One address as the caller of ADD or DEL needs it.
 *
 * @param deviceNumber of the ENI on its card
 * @param routeTable 254 is main
 */
public record GrantedAddress(Ip ip, int networkCard, EniId eni, int deviceNumber, int routeTable) {}
