import { Injectable } from '@nestjs/common';

import { type DemoOwner, type DemoStep, principalOf } from '../../flows/demo/demo-step.js';
import { PartialNameTaken, TemplateKeyTaken } from './notification-templates.errors.js';
import { PartialsService } from './partials/partials.service.js';
import { PublishingService } from './publishing.service.js';
import type { TemplateContent } from './template.js';
import { TemplatesService } from './templates.service.js';

const LAYOUT = {
  und: { html: '<table role="presentation" width="600"><tr><td>{> content}</td></tr></table>' },
};
const KEY = 'demo.order_shipped';

const html = (greeting: string, items: string, arrival: string, track: string): string =>
  `{> demo-layout}<h1>${greeting}</h1><p>${items}</p><p>${arrival}</p><p><a href="{url}">${track}</a></p>`;

/** With the plural categories of each language. */
const CONTENT: TemplateContent = {
  default_locale: 'en',
  fallback_locales: [],
  variables: {
    type: 'object',
    properties: {
      name: { type: 'string', maxLength: 200 },
      items: { type: 'integer', minimum: 1 },
      arrives: { type: 'string', format: 'date' },
      url: { type: 'string', maxLength: 2_000 },
    },
    required: ['name', 'items', 'arrives', 'url'],
  },
  sample: { name: 'Ada', items: 2, arrives: '2026-12-01', url: 'https://example.com/orders/42' },
  variants: {
    en: {
      subject: 'Your order is on its way, {name}',
      html: html(
        'Hello {name}',
        '{items, plural, one {# item is} other {# items are}} on the way.',
        'It arrives on {arrives, date, long}.',
        'Track it',
      ),
    },
    de: {
      subject: 'Deine Bestellung ist unterwegs, {name}',
      html: html(
        'Hallo {name}',
        '{items, plural, one {# Artikel ist} other {# Artikel sind}} unterwegs.',
        'Ankunft am {arrives, date, long}.',
        'Verfolgen',
      ),
    },
    pl: {
      subject: 'Twoje zamówienie jest w drodze, {name}',
      html: html(
        'Cześć {name}',
        '{items, plural, one {# produkt jest} few {# produkty są} many {# produktów jest} other {# produktu jest}} w drodze.',
        'Dostawa: {arrives, date, long}.',
        'Śledź przesyłkę',
      ),
    },
    ja: {
      subject: '{name}様、ご注文の商品を発送しました',
      html: html(
        '{name}様',
        '{items, plural, other {商品#点}}を発送しました。',
        'お届け予定日：{arrives, date, long}',
        '配送状況を確認する',
      ),
    },
  },
};

/** One published template in four languages, with a layout. Existing records stay as they are. */
@Injectable()
export class NotificationTemplatesDemo implements DemoStep {
  constructor(
    private readonly templates: TemplatesService,
    private readonly partials: PartialsService,
    private readonly publishing: PublishingService,
  ) {}

  async seed(owner: DemoOwner): Promise<readonly string[]> {
    const actor = principalOf(owner);
    try {
      await this.partials.create(actor, 'demo-layout', LAYOUT, null);
    } catch (error) {
      if (!(error instanceof PartialNameTaken)) throw error;
    }
    try {
      await this.templates.create(actor, KEY, { channel: 'email', content: CONTENT }, null);
    } catch (error) {
      if (error instanceof TemplateKeyTaken) return [];
      throw error;
    }
    await this.publishing.publish(actor, KEY, null);
    return [`notification template ${KEY}`];
  }
}
