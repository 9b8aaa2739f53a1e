// Imports clients by the types of openapi-typescript: a token, a batch with each outcome, a poll until it is judged.
import createClient from 'openapi-fetch';
import type { paths as Identity } from './types/identity';
import type { components, paths as Partner } from './types/partner';

type PartnerClient = components['schemas']['PartnerClient'];

declare const process: { argv: string[] };

function one(partner_client_id: string, entity_type: PartnerClient['entity_type']): PartnerClient {
    return { partner_client_id, client_start_date: '2021-03-01T09:00:00Z', entity_type };
}

async function main(): Promise<void> {
    const [baseUrl, name, secret] = process.argv.slice(2) as [string, string, string];
    const granted = await createClient<Identity>({ baseUrl }).POST('/oauth2/token', {
        body: { grant_type: 'client_credentials', client_id: name, client_secret: secret },
    });
    if (!granted.data) throw new Error(JSON.stringify(granted.error));
    const headers = { Authorization: `Bearer ${granted.data.access_token}` };
    const partner = createClient<Partner>({ baseUrl, headers });

    const body = [one('A', 'LLC'), one('A', 'LLC'), one('B', 'LLC'), one('B', 'LLP'), one('not valid', 'LLC')];
    const params = { header: { 'Idempotency-Key': crypto.randomUUID() } };
    const accepted = (await partner.POST('/api/v2/Clients', { params, body })).data;
    const again = (await partner.POST('/api/v2/Clients', { params, body })).data;
    if (!accepted || accepted.status_check_id !== again?.status_check_id) throw new Error('not the first answer again');
    const path = { status_check_id: accepted.status_check_id };
    for (;;) {
        const status = (await partner.GET('/api/v2/Clients/Status/{status_check_id}', { params: { path } })).data;
        if (!status) throw new Error('no status');
        if (status.status === 'Completed') {
            for (const { data, status: { state } } of status.result) {
                console.log('partner_client_id' in data ? data.partner_client_id : '?', state);
            }
            break;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

void main();
