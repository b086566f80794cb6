/** This package has the fabric8 client, its watches, and the verticle that answers with them. */
@NullMarked
package io.vpccni.ipamd.kubernetes.service;

import org.jspecify.annotations.NullMarked;
