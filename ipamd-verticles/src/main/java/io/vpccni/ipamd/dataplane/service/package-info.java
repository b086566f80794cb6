/**
 * This package has the one connection to net-programmer. The verticle talks; the desired state that
 * it sends is computed by pure classes.
 */
@NullMarked
package io.vpccni.ipamd.dataplane.service;

import org.jspecify.annotations.NullMarked;
