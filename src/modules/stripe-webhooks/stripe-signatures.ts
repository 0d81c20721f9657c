import { Injectable } from '@nestjs/common';

import { Config } from '../../config/config.js';
import { StripeSignatureInvalid } from './stripe-webhooks.errors.js';

/** The maximum age of a signature, so that a recorded request cannot be sent again later. */
const TOLERANCE_SECONDS = 300;

type Webhooks = typeof import('stripe').default.webhooks;

/** Checks that a request comes from Stripe: one of the secrets has signed its bytes within the last five minutes. */
@Injectable()
export class StripeSignatures {
  private readonly secrets: readonly string[];
  private webhooks: Promise<Webhooks> | null = null;

  constructor({ stripeWebhookSecret }: Config) {
    this.secrets = (stripeWebhookSecret ?? '').split(',').flatMap((secret) => secret.trim() || []);
  }

  /** Throws `StripeSignatureInvalid`. */
  async assertSigned(body: Buffer, header: string | undefined): Promise<void> {
    if (this.secrets.length === 0) throw new StripeSignatureInvalid('No webhook secret is configured.');
    if (header === undefined) throw new StripeSignatureInvalid('Stripe-Signature is missing.');
    const { signature } = await this.load();
    const isSigned = this.secrets.some((secret) => {
      try {
        return signature?.verifyHeader(body, header, secret, TOLERANCE_SECONDS) ?? false;
      } catch {
        // The library throws for every kind of mismatch. Another secret may match, because secrets overlap while one
        // is replaced.
        return false;
      }
    });
    if (!isSigned) throw new StripeSignatureInvalid('The signature is not valid, or is too old.');
  }

  /** Loaded with the first webhook, because the package is large and most processes never need it. */
  private load(): Promise<Webhooks> {
    this.webhooks ??= import('stripe').then(({ default: Stripe }) => Stripe.webhooks);
    return this.webhooks;
  }
}
